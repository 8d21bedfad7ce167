import Testing
import ViTArchitecture
import ViTNumerics
import ViTRegularities

@Suite struct `Findings` {
  /// One run whose snapshots have the given embeddings and MLP widths, the same in all of four blocks.
  private func run(_ points: [(embedding: Int, mlpHidden: Int)], blocks: [Int] = [1, 1, 1, 1]) -> PrunedDimensions {
    var families = SyntheticFamilies(rules: [:])
    families.depth = blocks.count
    families.embedding = 100
    families.block.mlpHidden = 800
    let dense = families.dense
    let snapshots = points.enumerated().map { index, point in
      var pruned = dense
      pruned.embedding = point.embedding
      for block in blocks.indices { pruned.blocks[block].mlpHidden = point.mlpHidden * blocks[block] }
      return (target: "\(index)x", architecture: pruned)
    }
    return PrunedDimensions(source: "run", seed: 1, dense: dense, snapshots: snapshots)
  }

  /// Expected: scipy.stats.linregress of width / 800 on embedding / 100, scipy 1.17.1, and t(0.975, 2) = 4.302653.
  @Test func `The line over the embedding has the interval of a regression`() throws {
    let points = [(embedding: 90, mlpHidden: 700), (70, 600), (50, 380), (30, 260)]
    let growth = try #require(try Mining(replicates: 20).regularities(of: [run(points)])[.mlpHidden]?.growth)
    let (slope, intercept) = (try #require(growth.slope), try #require(growth.intercept))
    #expect(abs(slope.value - 0.9625) < 1e-12)
    #expect(abs(intercept.value - 0.02875) < 1e-12)
    #expect(abs((slope.halfWidth ?? 0) - 4.302652729911275 * 0.09921567416492318) < 1e-9)
    #expect(abs((intercept.halfWidth ?? 0) - 4.302652729911275 * 0.06352902879786597) < 1e-9)
    #expect(abs((growth.explainedVariance ?? 0) - 0.9791907514450863) < 1e-12)
    #expect(growth.form == .timesEmbedding && growth.isSettled)
  }

  /// Widths of 400 (1 + r (E - 60) / 60) go down by r % where E goes down by 1 %. A base in units has r = 0, one in E has
  /// r = 1; what lies between is taken for the nearer one, and halfway is r = 0.5.
  @Test(arguments: [
    (0.0, [400, 400, 400], GrowthFit.BaseForm.units), (0.4, [368, 400, 432], .units), (0.475, [362, 400, 438], .units),
    (0.525, [358, 400, 442], .timesEmbedding), (0.6, [352, 400, 448], .timesEmbedding),
    (1, [320, 400, 480], .timesEmbedding),
  ])
  func `A base is in units or in E, whichever the growth is nearer to`(
    relativeSlope: Double, widths: [Int], form: GrowthFit.BaseForm
  ) throws {
    let points = zip([48, 60, 72], widths).map { (embedding: $0, mlpHidden: $1) }
    let growth = try #require(try Mining(replicates: 20).regularities(of: [run(points)])[.mlpHidden]?.growth)
    #expect(abs((growth.relativeSlope?.value ?? .nan) - relativeSlope) < 1e-12)
    #expect(growth.form == form)
    // Exact lines have intervals without width: only the two forms themselves agree with one of them.
    #expect(growth.isSettled == (relativeSlope == 0 || relativeSlope == 1))
  }

  @Test func `Shares are means over the runs with Student's interval`() throws {
    let runs = [400, 440, 480].map { run([(80, $0)]) }
    let share = try #require(
      try Mining(replicates: 20).regularities(
        of: runs.enumerated().map { index, run in
          var run = run
          run.seed = UInt64(index)
          return run
        })[.mlpHidden]?.shares.first?.share)
    // 0.5, 0.55, 0.6: deviation 0.05, t(0.975, 2) = 4.302653.
    #expect(abs(share.value - 0.55) < 1e-12)
    #expect(abs((share.halfWidth ?? 0) - 4.302652729911275 * 0.05 / 3.0.squareRoot()) < 1e-9)
  }

  /// Of the 24 orders of 1, 2, 2, 1, four have both larger ones in the middle.
  @Test func `Less-more-less has the probability of a permutation test`() throws {
    let contrast = try #require(
      try Mining(replicates: 20).regularities(of: [run([(80, 200)], blocks: [1, 2, 2, 1])])[.mlpHidden]?.contrast)
    #expect(contrast.middleOverFirst.value == 2 && contrast.middleOverLast.value == 2)
    // Four standard deviations of a share of 1/6 among 9999 orders.
    #expect(abs(contrast.probability - 1.0 / 6) < 0.015)
    #expect(contrast.verdict == .notShown)
  }

  /// Peak and width lie between the points of any grid of whole blocks; only rounding to groups is in the way.
  @Test func `An exact bell is found to a fraction of a block`() throws {
    var families = SyntheticFamilies(
      embedding: 3072, block: .init(heads: 12, queryKey: 32, value: 32, mlpHidden: 12288),
      rules: [.mlpHidden: SyntheticFamilies.bell(1.4, height: 2.2, peak: 6.37, width: 2.61)])
    families.noise = 0
    let kind = try #require(try Mining(replicates: 20).regularities(of: families.runs(seed: 3))[.mlpHidden])
    #expect(kind.comparison.chosen == .bell)
    for (name, expected) in [("peak", 6.37), ("width", 2.61)] {
      let found = try #require(kind.numbers.first { $0.name == name }).estimate.value
      #expect(abs(found - expected) < 0.03, "\(name) \(found)")
    }
  }

  @Test func `No trend is said to be none`() throws {
    let found = try Mining(replicates: 50).regularities(of: SyntheticFamilies(rules: [:], runCount: 2).runs(seed: 2))
    for kind in found.kinds {
      #expect(kind.comparison.chosen == .constant)
      #expect(kind.sentences.contains { $0.contains("no trend with depth: constant") })
      #expect(kind.contrast?.verdict != .shows)
      #expect(!kind.sentences.contains { $0.contains("less-more-less shows") })
    }
  }

  @Test func `One snapshot of one run says what cannot be known`() throws {
    let found = try Mining(replicates: 20).regularities(of: [run([(80, 400)])])
    let kind = try #require(found[.mlpHidden])
    #expect(kind.growth.slope == nil && kind.growth.form == .units && kind.base.value == 400)
    #expect(kind.comparison.criterion == .correctedAIC)
    let limits = found.limits.joined(separator: "\n")
    for text in ["one run", "one snapshot", "one embedding, 80", "at least three"] { #expect(limits.contains(text)) }
    #expect(kind.sentences.contains { $0.contains("all snapshots have one embedding") })
  }

  @Test(arguments: [1, 2, 3]) func `A model of few blocks is mined too`(depth: Int) throws {
    let found = try Mining(replicates: 20).regularities(
      of: [run([(80, 100), (60, 80)], blocks: Array([1, 3, 2].prefix(depth)))])
    #expect(found.kinds.count == 4)
    #expect(found.kinds.allSatisfy { $0.contrast == nil && $0.levels.count == depth })
  }
}

@Suite struct `Families that cannot be mined` {
  private let run = SyntheticFamilies(rules: [:]).runs(seed: 1)[0]

  private func message(_ runs: [PrunedDimensions]) -> String {
    do {
      _ = try Mining(replicates: 20).regularities(of: runs)
      return "mined"
    } catch {
      return "\(error)"
    }
  }

  @Test func `are refused with what was found`() {
    #expect(message([]) == "no pruned families, expected at least one")
    var empty = run
    empty.snapshots = []
    #expect(message([empty]) == "run 1: no snapshots, expected at least one pruned model")
    var other = run
    other.source = "run 2"
    #expect(message([run, other]) == "run 1 and run 2 are the same run, expected each once")
    other.dense.blocks[2].mlpHidden = 780
    #expect(
      message([run, other])
        == "run 1 and run 2 were pruned from different dense models, expected the same: block 3: MLP 768 and 780")
    var wide = run
    wide.snapshots[1].architecture.blocks[4].queryKey = 33
    #expect(
      message([wide])
        == "run 1: the snapshot at 0.7x, block 5: QK of 33, expected at most the dense model's 32")
    var short = run
    short.snapshots[0].architecture.blocks.removeLast()
    #expect(message([short]) == "run 1: the snapshot at 0.85x has 11 blocks, expected the dense model's 12")
    var alien = run
    alien.snapshots[0].architecture.classCount = 100
    #expect(message([alien]) == "run 1: the snapshot at 0.85x is no part of the dense model: classes 10 and 100")
    var families = SyntheticFamilies(rules: [:])
    families.depth = 129
    #expect(message(families.runs(seed: 1)) == "run 1: 129 blocks, expected at most 128")
  }

  @Test func `include a request to stop`() {
    #expect(throws: CancellationError.self) {
      try Mining(replicates: 100).regularities(of: [run]) { _ in false }
    }
  }
}
