package import ViTArchitecture

extension Architecture {
  /// Every list of units: the embedding, then the four of each block. Each has at least one unit.
  package var unitLists: [UnitList] {
    [.embedding] + blocks.indices.flatMap { block in UnitList.blockKinds.map { UnitList($0, block: block) } }
  }

  /// The number of units in a list: a width of the architecture.
  package subscript(list: UnitList) -> Int {
    get {
      guard let block = list.block else { return embedding }
      return blocks[block][keyPath: list.kind.width]
    }
    set {
      if let block = list.block { blocks[block][keyPath: list.kind.width] = newValue } else { embedding = newValue }
    }
  }
}

extension UnitKind {
  /// The width of a block that counts this kind's units; the embedding has none, and is never asked for one.
  fileprivate var width: WritableKeyPath<Architecture.Block, Int> {
    switch self {
    case .heads: \.heads
    case .queryKey: \.queryKey
    case .value: \.value
    case .embedding, .mlpHidden: \.mlpHidden
    }
  }
}
