internal import ViTNumerics

/// Draws disjoint parts of an image set at random, each with the class proportions of what is left.
struct StratifiedSplit {
  /// For each class, the images not yet drawn, in the order in which they will be.
  private var remaining: [ArraySlice<Int>]

  init(of images: ImageSet, seed: UInt64, purpose: String) {
    var classes = [[Int]](repeating: [], count: images.classCount)
    for (index, label) in images.labels.enumerated() { classes[Int(label)].append(index) }
    for label in classes.indices {
      var random = CounterRandom(seed: seed, purpose: purpose, stream: UInt64(label))
      random.shuffle(&classes[label])
    }
    remaining = classes.map { $0[...] }
  }

  /// Removes `count` images, or all that are left if they are fewer.
  ///
  /// Each class gets its proportional share rounded down; the images still missing come from the classes with the
  /// largest remainders, lower classes first.
  ///
  /// - Returns: Indices in ascending order.
  mutating func take(_ count: Int) -> [Int] {
    let total = remaining.reduce(0) { $0 + $1.count }
    guard count < total else {
      defer { remaining = remaining.map { $0.suffix(0) } }
      return remaining.flatMap(\.self).sorted()
    }
    var shares = remaining.map { $0.count * count / total }
    let byRemainder = remaining.indices.sorted {
      let (first, second) = (remaining[$0].count * count % total, remaining[$1].count * count % total)
      return first != second ? first > second : $0 < $1
    }
    for label in byRemainder.prefix(count - shares.reduce(0, +)) { shares[label] += 1 }
    var taken: [Int] = []
    for (label, share) in shares.enumerated() {
      taken += remaining[label].prefix(share)
      remaining[label] = remaining[label].dropFirst(share)
    }
    return taken.sorted()
  }
}
