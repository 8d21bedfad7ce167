/// Ranges of blocks with one level each, searched exhaustively.
///
/// Minimising the squared distance is maximising what the levels explain: for each range its weighted sum, squared, over
/// its weight.
struct Segmentation {
  private let weightSums: [Double]
  private let levelSums: [Double]

  /// - Parameter weights: All above zero.
  init(_ levels: [Double], weights: [Double]) {
    var (weightSums, levelSums) = ([0.0], [0.0])
    var (weight, level) = (0.0, 0.0)
    for index in levels.indices {
      weight += weights[index]
      level += weights[index] * levels[index]
      weightSums.append(weight)
      levelSums.append(level)
    }
    self.weightSums = weightSums
    self.levelSums = levelSums
  }

  private var depth: Int { weightSums.count - 1 }

  private func weight(_ range: Range<Int>) -> Double { weightSums[range.upperBound] - weightSums[range.lowerBound] }
  private func sum(_ range: Range<Int>) -> Double { levelSums[range.upperBound] - levelSums[range.lowerBound] }
  private func explained(_ range: Range<Int>) -> Double { sum(range) * sum(range) / weight(range) }

  /// The weighted mean of a range.
  func level(_ range: Range<Int>) -> Double { sum(range) / weight(range) }

  /// The range in the middle that stands out most from both ends together; at least one block is left at each end.
  ///
  /// - Complexity: O(depth²).
  func bestPlateau() -> (middle: Range<Int>, ends: Double, height: Double) {
    var best = (middle: 1..<2, explained: -Double.infinity)
    for rise in 1..<max(depth - 1, 2) {
      for fall in (rise + 1)..<max(depth, rise + 2) {
        let middle = rise..<fall
        let (weight, sum) = (weightSums[depth] - weight(middle), levelSums[depth] - sum(middle))
        let explained = explained(middle) + sum * sum / weight
        if explained > best.explained { best = (middle, explained) }
      }
    }
    let ends = (levelSums[depth] - sum(best.middle)) / (weightSums[depth] - weight(best.middle))
    return (best.middle, ends, level(best.middle))
  }

  /// The two ranges with the most different levels; the higher one counts as the middle.
  func bestStep() -> (middle: Range<Int>, ends: Double, height: Double) {
    let ranges = bestSegments(2)
    let (first, second) = (level(ranges[0]), level(ranges[1]))
    return first > second ? (ranges[0], second, first) : (ranges[1], first, second)
  }

  /// The ranges, one after the other and none empty, whose levels are nearest to the blocks.
  ///
  /// - Complexity: O(count x depth²).
  func bestSegments(_ count: Int) -> [Range<Int>] {
    // best[k][end]: the most that k + 1 ranges explain of the blocks before `end`; from[k][end]: where the last starts.
    var best = [[Double]](repeating: [Double](repeating: -.infinity, count: depth + 1), count: count)
    var from = [[Int]](repeating: [Int](repeating: 0, count: depth + 1), count: count)
    for end in 1...depth { best[0][end] = explained(0..<end) }
    for k in 1..<max(count, 1) where k < depth {
      for end in (k + 1)...depth {
        for start in k..<end {
          let explained = best[k - 1][start] + explained(start..<end)
          if explained > best[k][end] {
            best[k][end] = explained
            from[k][end] = start
          }
        }
      }
    }
    var ranges: [Range<Int>] = []
    var end = depth
    for k in (0..<count).reversed() {
      ranges.append(from[k][end]..<end)
      end = from[k][end]
    }
    return ranges.reversed()
  }
}
