package import ViTArchitecture

/// The dimensions of a block that have a depth profile.
package enum DimensionKind: String, Hashable, Sendable, Encodable, CaseIterable {
  case heads
  case queryKey = "query_key"
  case value
  case mlpHidden = "mlp_hidden"

  /// As texts and pictures call it.
  package var name: String {
    switch self {
    case .heads: "heads"
    case .queryKey: "QK"
    case .value: "V"
    case .mlpHidden: "MLP"
    }
  }

  /// Its key in the section `rule` of a document.
  var documentKey: String {
    switch self {
    case .heads: "heads"
    case .queryKey: "query-key"
    case .value: "value"
    case .mlpHidden: "mlp-hidden"
    }
  }

  /// The greatest base that a document may give, in units.
  var limit: Double {
    switch self {
    case .heads: 1024
    case .queryKey, .value: 8192
    case .mlpHidden: 1_048_576
    }
  }
}

extension Architecture {
  /// The widths of all blocks, first to last.
  package func widths(of kind: DimensionKind) -> [Int] {
    switch kind {
    case .heads: blocks.map(\.heads)
    case .queryKey: blocks.map(\.queryKey)
    case .value: blocks.map(\.value)
    case .mlpHidden: blocks.map(\.mlpHidden)
    }
  }

  /// The mean width over the blocks.
  func meanWidth(of kind: DimensionKind) -> Double {
    Double(widths(of: kind).reduce(0, +)) / Double(max(depth, 1))
  }

  /// The first thing that is not the same in both, as "patch size 7 and 4"; nil when nothing differs.
  package func difference(from other: Architecture) -> String? {
    let numbers: [(String, Int, Int)] = [
      ("image size", imageSize, other.imageSize), ("channels", channels, other.channels),
      ("patch size", patchSize, other.patchSize), ("classes", classCount, other.classCount),
      ("prefix tokens", prefixTokenCount, other.prefixTokenCount), ("embedding", embedding, other.embedding),
      ("depth", depth, other.depth),
    ]
    for (name, own, others) in numbers where own != others { return "\(name) \(own) and \(others)" }
    for kind in DimensionKind.allCases {
      for (block, (own, others)) in zip(widths(of: kind), other.widths(of: kind)).enumerated() where own != others {
        return "block \(block + 1): \(kind.name) \(own) and \(others)"
      }
    }
    return attentionScale == other.attentionScale
      ? nil : "attention scale \(attentionScale) and \(other.attentionScale)"
  }
}
