/// Why a set of dimensions is no architecture.
package struct ArchitectureError: Error, Hashable, CustomStringConvertible, Sendable {
  /// Where and what, such as "block 3: heads is 0, expected 1 to 1024".
  package let description: String

  package init(_ description: String) { self.description = description }
}

extension Architecture {
  static let embeddingLimits = 1...65_536
  static let depthLimit = 1024
  static let headLimits = 1...1024
  /// Of the query/key width and the value width of one head.
  static let attentionWidthLimits = 1...8192
  static let mlpLimits = 1...1_048_576
  static let parameterLimit = 1 << 36
  /// Multiply-accumulates of the attention products for one image.
  static let attentionLimit = 0x1p60

  /// Checks every dimension against what the engine can hold, so that later arithmetic cannot overflow.
  ///
  /// - Throws: `ArchitectureError` naming the first dimension that is out of range.
  package func validate() throws(ArchitectureError) {
    // Names are put together only for a message: searches validate millions of architectures.
    func check(
      _ name: @autoclosure () -> String, _ value: Int, _ range: ClosedRange<Int>
    ) throws(ArchitectureError) {
      guard range.contains(value) else {
        throw ArchitectureError("\(name()) is \(value), expected \(range.lowerBound) to \(range.upperBound)")
      }
    }
    try check("image size", imageSize, 1...4096)
    try check("channels", channels, 1...64)
    try check("patch size", patchSize, 1...imageSize)
    guard imageSize % patchSize == 0 else {
      throw ArchitectureError("patch size is \(patchSize), expected a divisor of the image size \(imageSize)")
    }
    try check("patches", patchCount, 1...65_536)
    try check("classes", classCount, 1...1_000_000)
    try check("embedding", embedding, Architecture.embeddingLimits)
    try check("depth", depth, 1...Architecture.depthLimit)
    if case .fixed(let factor) = attentionScale {
      guard factor.isFinite, factor > 0 else {
        throw ArchitectureError("attention scale is \(factor), expected a finite number above 0")
      }
    }
    for (index, block) in blocks.enumerated() {
      try check("block \(index + 1): heads", block.heads, Architecture.headLimits)
      try check("block \(index + 1): query/key width", block.queryKey, Architecture.attentionWidthLimits)
      try check("block \(index + 1): value width", block.value, Architecture.attentionWidthLimits)
      try check("block \(index + 1): MLP width", block.mlpHidden, Architecture.mlpLimits)
    }
    // One block's cost fits an Int with room to spare; that of a thousand may not, until this is checked.
    let tokens = tokenCount
    let costs = blocks.map { BlockCost($0, embedding: embedding, tokens: tokens) }
    var ends = self
    ends.blocks = []
    let parameters = costs.reduce(ends.cost.total.parameters) { $0 + $1.total.parameters }
    guard parameters <= Architecture.parameterLimit else {
      throw ArchitectureError("\(parameters) parameters, expected at most \(Architecture.parameterLimit)")
    }
    // Linear layers take at most the parameters x tokens, below 2^53; the attention products need a bound of their own.
    let attention = costs.reduce(0) { $0 + Double($1.attention.multiplyAccumulates) }
    guard attention <= Architecture.attentionLimit else {
      throw ArchitectureError(
        "\(attention) multiply-accumulates in attention, expected at most \(Architecture.attentionLimit)")
    }
  }
}
