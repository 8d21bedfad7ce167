package import ViTArchitecture
package import ViTNumerics
internal import ViTFiles

/// The regularities of the dimensions that survive pruning: how much of each kind is left, how it goes with the
/// embedding, and how it is spread over the depth.
package struct Regularities: Sendable, Encodable {
  package var schema = "nvit.regularities/1"
  package var runs: [Run]
  package var dense: Architecture
  /// Of all snapshots.
  package var embedding: EmbeddingRange
  /// Per target, the mildest first: what is left of the embedding.
  package var embeddingShares: [TargetShare]
  /// Per target: what is left of the multiply-accumulates.
  package var costShares: [TargetShare]
  package var kinds: [KindRegularity]
  /// Seed of the bootstrap and the permutations, and the number of replicates.
  package var seed: UInt64
  package var replicates: Int

  package struct Run: Sendable, Encodable {
    package var source: String
    package var seed: UInt64
    package var targets: [String]
  }

  package struct EmbeddingRange: Sendable, Encodable {
    package var minimum: Int
    package var maximum: Int
    /// Greatest common divisor of all widths: the size of the groups that were pruned.
    package var groupSize: Int

    private enum CodingKeys: String, SnakeCaseKey { case minimum, maximum, groupSize }
  }

  private enum CodingKeys: String, SnakeCaseKey {
    case schema, runs, dense, embedding, embeddingShares, costShares, kinds, seed, replicates
  }

  /// The member of the fitted rules with an embedding, widths rounded to groups.
  func member(embedding: Int) -> Architecture {
    var member = dense
    member.embedding = embedding
    func widths(_ kind: DimensionKind) -> [Int] {
      guard let found = self[kind] else { return dense.widths(of: kind) }
      return found.widths(embedding: Double(embedding)).map { width in
        max(Int((min(width.value, found.kind.limit) / Double(found.groupSize)).rounded()), 1) * found.groupSize
      }
    }
    let (heads, queryKey, value, mlpHidden) = (widths(.heads), widths(.queryKey), widths(.value), widths(.mlpHidden))
    member.blocks = member.blocks.indices.map {
      .init(heads: heads[$0], queryKey: queryKey[$0], value: value[$0], mlpHidden: mlpHidden[$0])
    }
    return member
  }

  package subscript(kind: DimensionKind) -> KindRegularity? { kinds.first { $0.kind == kind } }
}

/// What is left at a target, as a share of the dense model; mean over the runs with Student's t interval.
package struct TargetShare: Sendable, Encodable {
  package var target: String
  package var share: Estimate
}

/// What is left of one kind of dimension, and the rule for it.
package struct KindRegularity: Sendable, Encodable {
  package var kind: DimensionKind
  /// Greatest common divisor of all widths: the size of the groups that were pruned.
  package var groupSize: Int
  /// Mean over the blocks, for each target.
  package var shares: [TargetShare]
  /// For each target the share left of every block, (targets, depth).
  package var blockShares: [[Estimate]]
  package var growth: GrowthFit
  package var comparison: ProfileComparison
  package var form: ProfileForm
  /// The profile's numbers, as a rule writes them.
  package var numbers: [NamedEstimate]
  /// The profile for each block, in units of the mean over the blocks, with its band.
  package var levels: [Estimate]
  /// What the runs have on average above the profile, for each block, in the same units.
  package var residuals: [Double]
  /// The base of the rule, in multiples of E or in units.
  package var base: Estimate
  /// Nil for fewer than four blocks.
  package var contrast: DepthContrast?

  /// The rule's width of every block for an embedding, before rounding, with the band of its profile, (depth).
  package func widths(embedding: Double) -> [Estimate] {
    let mean = base.value / form.baseLevel * (growth.form == .timesEmbedding ? embedding : 1)
    return levels.map { $0.scaled(by: mean) }
  }

  private enum CodingKeys: String, SnakeCaseKey {
    case kind, groupSize, shares, blockShares, growth, comparison, form, numbers, levels, residuals, base, contrast
  }
}
