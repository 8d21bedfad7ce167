package import ViTArchitecture

/// The dimensions that survived one pruning run: the dense architecture and what was left at each target.
package struct PrunedDimensions: Sendable {
  /// Where it comes from, for the record and for messages.
  package var source: String
  package var seed: UInt64
  package var dense: Architecture
  /// From the mildest target to the hardest.
  package var snapshots: [(target: String, architecture: Architecture)]

  package init(
    source: String, seed: UInt64, dense: Architecture, snapshots: [(target: String, architecture: Architecture)]
  ) {
    self.source = source
    self.seed = seed
    self.dense = dense
    self.snapshots = snapshots
  }

  /// The most blocks that are mined: the search for change points grows with the square of the depth.
  package static let depthLimit = 128

  /// The same run with only the snapshots of the given targets; an empty list keeps all.
  package func keeping(targets: [String]) -> PrunedDimensions {
    guard !targets.isEmpty else { return self }
    var copy = self
    copy.snapshots.removeAll { !targets.contains($0.target) }
    return copy
  }

  /// - Throws: `RegularityError` when there is nothing to mine, or when a snapshot cannot have been pruned from the
  ///   dense model.
  func check() throws(RegularityError) {
    guard !snapshots.isEmpty else {
      throw RegularityError("\(source): no snapshots, expected at least one pruned model")
    }
    guard dense.depth <= PrunedDimensions.depthLimit else {
      throw RegularityError("\(source): \(dense.depth) blocks, expected at most \(PrunedDimensions.depthLimit)")
    }
    for (target, pruned) in snapshots {
      let place = "\(source): the snapshot at \(target)"
      guard pruned.depth == dense.depth else {
        throw RegularityError("\(place) has \(pruned.depth) blocks, expected the dense model's \(dense.depth)")
      }
      var frame = pruned
      frame.embedding = dense.embedding
      frame.attentionScale = dense.attentionScale
      frame.blocks = dense.blocks
      if let difference = dense.difference(from: frame) {
        throw RegularityError("\(place) is no part of the dense model: \(difference)")
      }
      guard pruned.embedding <= dense.embedding else {
        throw RegularityError(
          "\(place) has an embedding of \(pruned.embedding), expected at most the dense model's \(dense.embedding)")
      }
      for kind in DimensionKind.allCases {
        for (block, (width, limit)) in zip(pruned.widths(of: kind), dense.widths(of: kind)).enumerated()
        where width > limit {
          throw RegularityError(
            "\(place), block \(block + 1): \(kind.name) of \(width), expected at most the dense model's \(limit)")
        }
      }
    }
  }

  /// Checks every run, and that all were pruned from the same dense architecture.
  ///
  /// - Throws: `RegularityError` naming the first difference.
  static func check(_ runs: [PrunedDimensions]) throws(RegularityError) {
    guard let first = runs.first else { throw RegularityError("no pruned families, expected at least one") }
    for (index, run) in runs.enumerated() {
      try run.check()
      if let difference = first.dense.difference(from: run.dense) {
        throw RegularityError(
          "\(first.source) and \(run.source) were pruned from different dense models, expected the same: \(difference)")
      }
      // The same run twice would count as two that agree perfectly.
      if let twin = runs.prefix(index).first(where: { $0.isSameRun(as: run) }) {
        throw RegularityError("\(twin.source) and \(run.source) are the same run, expected each once")
      }
    }
  }

  private func isSameRun(as other: PrunedDimensions) -> Bool {
    seed == other.seed && snapshots.count == other.snapshots.count
      && zip(snapshots, other.snapshots).allSatisfy { $0.target == $1.target && $0.architecture == $1.architecture }
  }
}
