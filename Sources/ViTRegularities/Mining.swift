internal import ViTArchitecture
internal import ViTNumerics

/// Finds the regularities of pruned families.
package struct Mining: Sendable {
  /// Of the bootstrap and the permutations; the same seed gives the same numbers.
  package var seed: UInt64
  /// Of the bootstrap; at least 1.
  package var replicates: Int

  package init(seed: UInt64 = 0, replicates: Int = 1000) {
    self.seed = seed
    self.replicates = replicates
  }

  /// - Parameters:
  ///   - families: Runs that started from the same dense architecture, one for each seed.
  ///   - progress: Called with the share done; returning `false` asks to stop.
  /// - Throws: `RegularityError` when the families cannot be mined together, `CancellationError` when asked to stop.
  package func regularities(
    of families: [PrunedDimensions], progress: (Double) -> Bool = { _ in true }
  ) throws -> Regularities {
    try PrunedDimensions.check(families)
    guard let first = families.first else { throw RegularityError("no pruned families, expected at least one") }
    let targets = Mining.targets(of: families)
    let embeddings = families.flatMap { $0.snapshots.map(\.architecture.embedding) }
    let kinds = DimensionKind.allCases
    let regularities = try kinds.enumerated().map { index, kind in
      try regularity(of: kind, in: families, targets: targets) { share in
        progress((Double(index) + share) / Double(kinds.count))
      }
    }
    return Regularities(
      runs: families.map { .init(source: $0.source, seed: $0.seed, targets: $0.snapshots.map(\.target)) },
      dense: first.dense,
      embedding: .init(
        minimum: embeddings.min() ?? 1, maximum: embeddings.max() ?? 1,
        groupSize: Mining.groupSize(embeddings + [first.dense.embedding])),
      embeddingShares: Mining.shares(at: targets, in: families) { Double($0.embedding) },
      costShares: Mining.shares(at: targets, in: families) { Double($0.multiplyAccumulates) },
      kinds: regularities, seed: seed, replicates: replicates)
  }

  private func regularity(
    of kind: DimensionKind, in families: [PrunedDimensions], targets: [String], progress: (Double) -> Bool
  ) throws -> KindRegularity {
    let dense = families[0].dense
    let widths = families.flatMap { $0.snapshots.flatMap { $0.architecture.widths(of: kind) } }
    let groupSize = Mining.groupSize(widths + dense.widths(of: kind))
    let sample = ProfileSample(of: kind, in: families, groupSize: groupSize)
    let growth = GrowthFit(
      families.map { family in
        family.snapshots.map {
          GrowthFit.Point(
            embedding: Double($0.architecture.embedding) / Double(dense.embedding),
            width: $0.architecture.meanWidth(of: kind) / dense.meanWidth(of: kind))
        }
      })
    let snapshots = families.map { family in
      family.snapshots.map {
        BasePoint(
          unit: growth.form == .timesEmbedding ? Double($0.architecture.embedding) : 1,
          meanWidth: $0.architecture.meanWidth(of: kind))
      }
    }
    var comparison = try ProfileComparison(of: sample)
    func replicated(_ shape: ProfileShape) throws -> (profile: FittedProfile, bootstrap: ProfileBootstrap) {
      guard let profile = sample.fit(shape) else {
        throw RegularityError("\(kind.name): the profile \(shape.rawValue) could not be fitted again")
      }
      let random = CounterRandom(seed: seed, purpose: "bootstrap \(kind.rawValue)")
      let bootstrap = try ProfileBootstrap(
        of: profile, sample: sample, snapshots: snapshots, count: replicates, random: random, progress: progress)
      return (profile, bootstrap)
    }
    var (profile, bootstrap) = try replicated(comparison.chosen)
    if comparison.chosen != .constant, bootstrap.holdsConstant {
      comparison.withdrawn = comparison.chosen
      comparison.chosen = .constant
      (profile, bootstrap) = try replicated(.constant)
    }
    let base = BasePoint.coefficient(snapshots.flatMap(\.self)) * profile.form.baseLevel
    return KindRegularity(
      kind: kind, groupSize: groupSize,
      shares: Mining.shares(at: targets, in: families) { $0.meanWidth(of: kind) },
      blockShares: targets.map { target in
        (0..<dense.depth).compactMap { block in
          Mining.share(at: target, in: families) { Double($0.widths(of: kind)[block]) }
        }
      },
      growth: growth, comparison: comparison, form: profile.form, numbers: bootstrap.estimates(of: profile.form),
      levels: bootstrap.band(of: profile.levels),
      residuals: (0..<sample.depth).map { block in
        sample.runs.reduce(0) { $0 + $1[block] } / Double(sample.runs.count) - profile.levels[block]
      },
      base: Estimate(base, replicates: bootstrap.bases),
      contrast: DepthContrast(of: sample, seed: seed, kind: kind))
  }

  /// All targets, the one that leaves the largest models first.
  private static func targets(of families: [PrunedDimensions]) -> [String] {
    var sizes: [String: [Double]] = [:]
    for snapshot in families.flatMap(\.snapshots) {
      sizes[snapshot.target, default: []].append(Double(snapshot.architecture.parameterCount))
    }
    let means = sizes.mapValues { Statistics.mean($0) ?? 0 }
    return means.keys.sorted { (means[$0] ?? 0, $1) > (means[$1] ?? 0, $0) }
  }

  /// A width at a target as a share of the dense model's, over the runs that have the target.
  private static func share(
    at target: String, in families: [PrunedDimensions], _ width: (Architecture) -> Double
  ) -> Estimate? {
    Estimate(
      overRuns: families.flatMap { family in
        family.snapshots.filter { $0.target == target }.map { width($0.architecture) / width(family.dense) }
      })
  }

  private static func shares(
    at targets: [String], in families: [PrunedDimensions], _ width: (Architecture) -> Double
  ) -> [TargetShare] {
    targets.compactMap { target in
      share(at: target, in: families, width).map { TargetShare(target: target, share: $0) }
    }
  }

  private static func groupSize(_ widths: [Int]) -> Int {
    widths.reduce(0) { a, b in
      var (a, b) = (a, b)
      while b != 0 { (a, b) = (b, a % b) }
      return a
    }
  }
}
