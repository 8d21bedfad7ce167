public import ViTArchitecture

/// The regularities of the dimensions that survive pruning: how much of each kind is left, how it goes with the
/// embedding, and how it is spread over the depth.
public struct Regularities: Sendable, Codable {
  public var schema = "nvit.regularities/1"
  public var runs: [Run]
  public var dense: Architecture
  /// Of all snapshots.
  public var embedding: EmbeddingRange
  /// Per target, the mildest first: what is left of the embedding.
  public var embeddingShares: [TargetShare]
  /// Per target: what is left of the multiply-accumulates.
  public var costShares: [TargetShare]
  public var kinds: [KindRegularity]
  /// Seed of the bootstrap and the permutations, and the number of replicates.
  public var seed: UInt64
  public var replicates: Int

  public struct Run: Sendable, Codable {
    public var source: String
    public var seed: UInt64
    public var targets: [String]
  }

  public struct EmbeddingRange: Sendable, Codable {
    public var minimum: Int
    public var maximum: Int
    /// Greatest common divisor of all widths: the size of the groups that were pruned.
    public var groupSize: Int

    private enum CodingKeys: String, CodingKey {
      case minimum, maximum
      case groupSize = "group_size"
    }
  }

  private enum CodingKeys: String, CodingKey {
    case schema, runs, dense, embedding
    case embeddingShares = "embedding_shares"
    case costShares = "cost_shares"
    case kinds, seed, replicates
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

  public subscript(kind: DimensionKind) -> KindRegularity? { kinds.first { $0.kind == kind } }
}

/// What is left at a target, as a share of the dense model; mean over the runs with Student's t interval.
public struct TargetShare: Sendable, Codable {
  public var target: String
  public var share: Estimate
}

/// What is left of one kind of dimension, and the rule for it.
public struct KindRegularity: Sendable, Codable {
  public var kind: DimensionKind
  /// Greatest common divisor of all widths: the size of the groups that were pruned.
  public var groupSize: Int
  /// Mean over the blocks, for each target.
  public var shares: [TargetShare]
  /// For each target the share left of every block, (targets, depth).
  public var blockShares: [[Estimate]]
  public var growth: GrowthFit
  public var comparison: ProfileComparison
  public var form: ProfileForm
  /// The profile's numbers, as a rule writes them.
  public var numbers: [NamedEstimate]
  /// The profile for each block, in units of the mean over the blocks, with its band.
  public var levels: [Estimate]
  /// What the runs have on average above the profile, for each block, in the same units.
  public var residuals: [Double]
  /// The base of the rule, in multiples of E or in units.
  public var base: Estimate
  /// Nil for fewer than four blocks.
  public var contrast: DepthContrast?

  /// The rule's width of every block for an embedding, before rounding, with the band of its profile, (depth).
  public func widths(embedding: Double) -> [Estimate] {
    let mean = base.value / form.baseLevel * (growth.form == .timesEmbedding ? embedding : 1)
    return levels.map { $0.scaled(by: mean) }
  }

  private enum CodingKeys: String, CodingKey {
    case kind
    case groupSize = "group_size"
    case shares
    case blockShares = "block_shares"
    case growth, comparison, form, numbers, levels, residuals, base, contrast
  }
}
