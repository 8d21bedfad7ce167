import Testing
import ViTArchitecture
import ViTNumerics
import ViTRegularities

/// A rule, made into pruned families with noise, is found again.
@Suite struct `Known rules` {
  /// Every kind with a profile of its own, wide enough that groups do not decide: 4 groups or more in a block.
  private var families: SyntheticFamilies {
    SyntheticFamilies(
      embedding: 384, block: .init(heads: 24, queryKey: 96, value: 64, mlpHidden: 1536),
      rules: [
        .heads: SyntheticFamilies.linear(0.025, last: 2),
        .queryKey: SyntheticFamilies.bell(0.1, height: 2.2, peak: 6.5, width: 2.2),
        .value: SyntheticFamilies.units(48),
        .mlpHidden: SyntheticFamilies.plateau(1.6, middle: 1.8, rise: 4, fall: 9),
      ])
  }

  private struct Truth {
    var kind: DimensionKind
    var shape: ProfileShape
    var base: Double
    var form: GrowthFit.BaseForm
    var numbers: [(name: String, value: Double)]
  }

  /// Of the bell 1 + 1.2 exp(-(b - 6.5)² / 2 / 2.2²) over blocks 1 to 12, which its numbers are multiples of.
  private static let bellMean: Double = {
    let rule = SyntheticFamilies.bell(1, height: 2.2, peak: 6.5, width: 2.2)
    return (1...12).reduce(0.0) { $0 + rule(1, Double($1)) } / 12
  }()

  private let truths = [
    Truth(kind: .heads, shape: .linear, base: 0.025, form: .timesEmbedding, numbers: [("last", 2)]),
    Truth(
      kind: .queryKey, shape: .bell, base: 0.1 * Self.bellMean, form: .timesEmbedding,
      numbers: [("height", 2.2 / Self.bellMean), ("ends", 1 / Self.bellMean), ("peak", 6.5), ("width", 2.2)]),
    Truth(kind: .value, shape: .constant, base: 48, form: .units, numbers: []),
    Truth(
      kind: .mlpHidden, shape: .plateau, base: 1.6, form: .timesEmbedding,
      numbers: [("middle", 1.8), ("rise", 4), ("fall", 9)]),
  ]

  /// Over 3 runs and 8% noise. Of 150 such families from other seeds 93% to 99% of the profiles were found again, by
  /// kind; with a true rate of 90% fewer than 17 of 24 have a probability of 0.2%. The intervals are meant to hold 95% of
  /// the numbers, and there held 98% or more of each but the bell's ends, which were not counted; of some 250,
  /// correlated within a profile, 90% are asked for.
  @Test func `are found again from three noisy runs`() throws {
    let seeds = 24
    var found: [DimensionKind: Int] = [:]
    var (numbers, inside) = (0, 0)
    for seed in 0..<seeds {
      let regularities = try Mining(seed: 1, replicates: 100).regularities(of: families.runs(seed: UInt64(1000 + seed)))
      for truth in truths {
        let kind = try #require(regularities[truth.kind])
        #expect(kind.growth.form == truth.form)
        guard kind.comparison.chosen == truth.shape else { continue }
        found[truth.kind, default: 0] += 1
        for (name, value) in truth.numbers + [("base", truth.base)] {
          let estimate = name == "base" ? kind.base : kind.numbers.first { $0.name == name }?.estimate
          let (lower, upper) = (try #require(estimate?.lower), try #require(estimate?.upper))
          numbers += 1
          inside += lower <= value && value <= upper ? 1 : 0
        }
      }
    }
    for truth in truths { #expect(found[truth.kind, default: 0] >= 17, "\(truth.kind.name): \(found)") }
    #expect(Double(inside) >= 0.9 * Double(numbers), "\(inside) of \(numbers)")
  }

  /// Fine widths and no noise: only the rounding is between the rule and what is found.
  @Test(arguments: [
    ProfileShape.constant, .linear, .bell, .spline3, .step, .plateau, .stages3, .stages4,
  ])
  func `of every profile are found again without noise`(shape: ProfileShape) throws {
    let factor: @Sendable (Double) -> Double = { block in
      switch shape {
      case .constant, .list: 1
      case .linear: 1 + 0.1 * (block - 1)
      case .bell: 1 + 1.5 * Exponential.natural(-(block - 5) * (block - 5) / 8)
      case .spline3, .spline4:
        (try? Spline(x: [1, 6.5, 12], y: [1, 2, 1.7], kind: .steffen))?(block) ?? 0
      case .step: block <= 4 ? 1.5 : 1
      case .plateau: block >= 3 && block <= 8 ? 2 : 1
      case .stages3: block <= 3 ? 1 : block <= 8 ? 2 : 1.5
      case .stages4: block <= 2 ? 2 : block <= 5 ? 1 : block <= 9 ? 3 : 1.5
      }
    }
    let families = SyntheticFamilies(
      embedding: 1024, block: .init(heads: 16, queryKey: 64, value: 64, mlpHidden: 8192),
      groups: .init(heads: 1, queryKey: 1, value: 1, mlpHidden: 1),
      rules: [.mlpHidden: { embedding, block in embedding * factor(block) }], noise: 0)
    let found = try Mining(replicates: 20).regularities(of: families.runs(seed: 3))
    let kind = try #require(found[.mlpHidden])
    #expect(kind.comparison.chosen == shape)
    for (block, width) in kind.widths(embedding: 1000).enumerated() {
      // Rounding to units is a ten-thousandth of the smallest width; three digits of a nonlinear fit are asked for.
      #expect(abs(width.value / (1000 * factor(Double(block + 1))) - 1) < 0.002)
    }
  }

  @Test func `survive blocks that one run lost`() throws {
    var families = families
    families.runCount = 5
    families.noise = 0.02
    var runs = families.runs(seed: 5)
    for snapshot in runs[2].snapshots.indices {
      for block in [4, 7] { runs[2].snapshots[snapshot].architecture.blocks[block].mlpHidden = 16 }
    }
    let kind = try #require(try Mining(replicates: 100).regularities(of: runs)[.mlpHidden])
    #expect(kind.comparison.chosen == .plateau)
    let middle = try #require(kind.numbers.first?.estimate)
    // Two of 60 numbers at 0 would pull a mean of the middle's 30 from 1.8 to 1.68.
    #expect(abs(middle.value - 1.8) < 0.06)
  }

  @Test func `give the same numbers for the same seed`() throws {
    let runs = families.runs(seed: 1)
    func text(_ seed: UInt64) throws -> [String] {
      try Mining(seed: seed, replicates: 50).regularities(of: runs).kinds.flatMap {
        $0.sentences + $0.levels.map(\.text)
      }
    }
    #expect(try text(1) == text(1))
    #expect(try text(1) != text(2))
  }
}
