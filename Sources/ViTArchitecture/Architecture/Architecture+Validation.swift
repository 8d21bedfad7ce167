/// Why a set of dimensions is no architecture.
public struct ArchitectureError: Error, Hashable, CustomStringConvertible, Sendable {
  /// Where and what, such as "block 3: heads is 0, expected 1 to 1024".
  public let description: String

  package init(_ description: String) { self.description = description }
}

extension Architecture {
  /// Checks every dimension against what the engine can hold, so that later arithmetic cannot overflow.
  ///
  /// - Throws: `ArchitectureError` naming the first dimension that is out of range.
  public func validate() throws(ArchitectureError) {
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
    try check("embedding", embedding, 1...65_536)
    try check("depth", depth, 1...1024)
    if case .fixed(let factor) = attentionScale {
      guard factor.isFinite, factor > 0 else {
        throw ArchitectureError("attention scale is \(factor), expected a finite number above 0")
      }
    }
    for (index, block) in blocks.enumerated() {
      try check("block \(index + 1): heads", block.heads, 1...1024)
      try check("block \(index + 1): query/key width", block.queryKey, 1...8192)
      try check("block \(index + 1): value width", block.value, 1...8192)
      try check("block \(index + 1): MLP width", block.mlpHidden, 1...1_048_576)
    }
    let limit = 1 << 36
    guard parameterCount <= limit else {
      throw ArchitectureError("\(parameterCount) parameters, expected at most \(limit)")
    }
    // Linear layers take at most `limit` x tokens, below 2^53; the attention products need a bound of their own.
    let tokens = Double(tokenCount)
    let attention = blocks.reduce(0) { $0 + tokens * tokens * Double($1.heads * ($1.queryKey + $1.value)) }
    guard attention <= 0x1p60 else {
      throw ArchitectureError("\(attention) multiply-accumulates in attention, expected at most \(0x1p60)")
    }
  }
}
