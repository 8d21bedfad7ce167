package import ViTNumerics
internal import ViTFiles

/// Whether a kind is larger in the middle of the depth than at both ends, whatever profile fits it best: the
/// "less-more-less" of the NViT paper.
package struct DepthContrast: Sendable, Encodable {
  /// The middle half's mean over the first quarter's, with Student's t interval over the runs.
  package var middleOverFirst: Estimate
  /// The middle half's mean over the last quarter's.
  package var middleOverLast: Estimate
  /// How often a random order of the blocks stands out as much in the middle against both ends.
  package var probability: Double

  private enum CodingKeys: String, SnakeCaseKey { case middleOverFirst, middleOverLast, probability }

  package enum Verdict: Sendable {
    case shows
    /// The middle is larger, but a random order of the blocks is so too often.
    case notShown
    /// The middle is not larger than both ends.
    case absent
  }

  package var verdict: Verdict {
    guard middleOverFirst.value > 1, middleOverLast.value > 1 else { return .absent }
    return probability < 0.05 ? .shows : .notShown
  }

  static let permutations = 9999

  /// Nil for fewer than four blocks.
  ///
  /// The blocks are put into random orders, the same for all runs, so that what the runs have in common at a block
  /// does not pass for independent evidence.
  init?(of sample: ProfileSample, seed: UInt64, kind: DimensionKind) {
    let depth = sample.depth
    guard depth >= 4 else { return nil }
    let quarter = max(1, Int((Double(depth) / 4).rounded()))
    let (first, middle, last) = (0..<quarter, quarter..<(depth - quarter), (depth - quarter)..<depth)
    func mean(_ blocks: [Double], _ range: Range<Int>) -> Double {
      blocks[range].reduce(0, +) / Double(range.count)
    }
    func ratios(to end: Range<Int>) -> Estimate? {
      Estimate(overRuns: sample.runs.map { mean($0, middle) / max(mean($0, end), 1e-9) })
    }
    guard let overFirst = ratios(to: first), let overLast = ratios(to: last) else { return nil }
    var blocks = (0..<depth).map { block in sample.runs.reduce(0) { $0 + $1[block] } / Double(sample.runs.count) }
    func standsOut(_ blocks: [Double]) -> Double {
      mean(blocks, middle) - max(mean(blocks, first), mean(blocks, last))
    }
    let found = standsOut(blocks)
    var random = CounterRandom(seed: seed, purpose: "less-more-less \(kind.rawValue)")
    var extreme = 0
    for _ in 0..<DepthContrast.permutations {
      blocks.shuffle(using: &random)
      // Sums in another order round differently.
      if standsOut(blocks) >= found - 1e-12 { extreme += 1 }
    }
    middleOverFirst = overFirst
    middleOverLast = overLast
    probability = Double(extreme + 1) / Double(DepthContrast.permutations + 1)
  }
}
