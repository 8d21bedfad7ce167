package import ViTArchitecture
internal import ViTFiles

/// Which units of an architecture are left, by their indices in it, ascending.
package struct KeptUnits: Hashable, Sendable, Codable {
  package var embedding: [Int]
  package var blocks: [Block]

  /// What is left of one block.
  package struct Block: Hashable, Sendable, Codable {
    package var heads: [Int]
    package var queryKey: [Int]
    package var value: [Int]
    package var mlpHidden: [Int]

    private enum CodingKeys: String, SnakeCaseKey { case heads, queryKey, value, mlpHidden }
  }

  /// Every unit.
  package init(allOf architecture: Architecture) {
    embedding = Array(0..<architecture.embedding)
    blocks = architecture.blocks.map { block in
      Block(
        heads: Array(0..<block.heads), queryKey: Array(0..<block.queryKey), value: Array(0..<block.value),
        mlpHidden: Array(0..<block.mlpHidden))
    }
  }

  package subscript(list: UnitList) -> [Int] {
    get {
      guard let block = list.block else { return embedding }
      switch list.kind {
      case .heads: return blocks[block].heads
      case .queryKey: return blocks[block].queryKey
      case .value: return blocks[block].value
      case .embedding, .mlpHidden: return blocks[block].mlpHidden
      }
    }
    set {
      guard let block = list.block else {
        embedding = newValue
        return
      }
      switch list.kind {
      case .heads: blocks[block].heads = newValue
      case .queryKey: blocks[block].queryKey = newValue
      case .value: blocks[block].value = newValue
      case .embedding, .mlpHidden: blocks[block].mlpHidden = newValue
      }
    }
  }

  /// What is left when `later` is kept of what these units make: indices of the original again.
  package func keeping(_ later: KeptUnits) -> KeptUnits {
    func choose(_ indices: [Int], _ positions: [Int]) -> [Int] { positions.map { indices[$0] } }
    var result = self
    result.embedding = choose(embedding, later.embedding)
    for block in blocks.indices {
      for kind in UnitList.blockKinds {
        let list = UnitList(kind, block: block)
        result[list] = choose(self[list], later[list])
      }
    }
    return result
  }

  /// Whether the indices ascend, and each is that of a unit of `architecture`, at least one in each list.
  package func fits(_ architecture: Architecture) -> Bool {
    guard blocks.count == architecture.depth else { return false }
    return architecture.unitLists.allSatisfy { list in
      let indices = self[list]
      guard let first = indices.first, let last = indices.last else { return false }
      return first >= 0 && last < architecture[list] && zip(indices, indices.dropFirst()).allSatisfy { $0 < $1 }
    }
  }
}

extension Architecture {
  /// The architecture of what is left.
  package func keeping(_ kept: KeptUnits) -> Architecture {
    var result = self
    for list in unitLists { result[list] = kept[list].count }
    return result
  }
}
