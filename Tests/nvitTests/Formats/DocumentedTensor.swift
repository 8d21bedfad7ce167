import ViTArchitecture

/// A tensor's name in the document: "blocks.<block>.norm1.weight", or "weights.<tensor>" for all tensors of a model.
struct TensorName {
  private let name: String

  init(_ name: String) { self.name = name }

  func matches(_ other: String) -> Bool {
    if name.hasSuffix("<tensor>") { return part(of: other) != nil }
    let (mine, others) = (name.split(separator: "."), other.split(separator: "."))
    return mine.count == others.count
      && zip(mine, others).allSatisfy { $0 == $1 || $0 == "<block>" && $1.allSatisfy(\.isNumber) }
  }

  /// What stands for "<tensor>".
  func part(of other: String) -> String? {
    let prefix = name.dropLast("<tensor>".count)
    return name.hasSuffix("<tensor>") && other.hasPrefix(prefix) ? String(other.dropFirst(prefix.count)) : nil
  }
}

/// A tensor's shape in the document, such as "(2 H QK + H V, E)".
struct TensorShape {
  private let dimensions: [String]

  init(_ text: String) {
    dimensions = text.split(separator: ",").map { $0.filter { $0 != "(" && $0 != ")" } }
  }

  /// Says how a shape differs; nil where it does not. Symbols that an architecture does not explain are not compared.
  func difference(from shape: [Int], _ name: String, _ architecture: Architecture?) -> String? {
    let symbols = architecture.map { TensorShape.symbols($0, tensor: name) } ?? [:]
    let expected = dimensions.map { dimension in
      dimension.split(separator: "+").reduce(Int?(0)) { sum, term in
        term.split(separator: " ").reduce(Int?(1)) { product, factor in
          guard let product, let value = Int(factor) ?? symbols[String(factor)] else { return nil }
          return product * value
        }.flatMap { term in sum.map { $0 + term } }
      }
    }
    let isSame = expected.count == shape.count && zip(expected, shape).allSatisfy { $0 == nil || $0 == $1 }
    return isSame ? nil : "has shape \(shape), documented as (\(dimensions.joined(separator: ",")))"
  }

  private static func symbols(_ architecture: Architecture, tensor: String) -> [String: Int] {
    var symbols = [
      "E": architecture.embedding, "T": architecture.tokenCount, "C": architecture.channels,
      "P": architecture.patchSize, "K": architecture.classCount,
    ]
    let parts = tensor.split(separator: ".")
    if parts.first == "blocks", let index = Int(parts[1]), architecture.blocks.indices.contains(index) {
      let block = architecture.blocks[index]
      symbols.merge(["H": block.heads, "QK": block.queryKey, "V": block.value, "M": block.mlpHidden]) { $1 }
    }
    return symbols
  }
}
