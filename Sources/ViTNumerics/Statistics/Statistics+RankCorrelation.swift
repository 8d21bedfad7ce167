extension Statistics {
  /// Spearman's rank correlation, from -1 to 1: Pearson's correlation of the ranks, those of equal values averaged.
  ///
  /// - Returns: Nil when the samples differ in length, hold fewer than two pairs, one of them is constant, or a value
  ///   is not a number.
  package static func spearman(_ x: [Double], _ y: [Double]) -> Double? {
    guard x.count == y.count, x.count >= 2, !(x + y).contains(where: \.isNaN) else { return nil }
    let (first, second) = (ranks(x), ranks(y))
    let middle = Double(x.count + 1) / 2
    var products = 0.0
    var squares = (first: 0.0, second: 0.0)
    for (a, b) in zip(first, second) {
      products += (a - middle) * (b - middle)
      squares.first += (a - middle) * (a - middle)
      squares.second += (b - middle) * (b - middle)
    }
    guard squares.first > 0, squares.second > 0 else { return nil }
    return products / (squares.first * squares.second).squareRoot()
  }

  /// The place of each value in ascending order, counted from 1; equal values share the mean of their places.
  package static func ranks(_ values: [Double]) -> [Double] {
    let order = values.indices.sorted { values[$0] < values[$1] }
    var ranks = [Double](repeating: 0, count: values.count)
    var start = 0
    while start < order.count {
      var end = start
      while end < order.count, values[order[end]] == values[order[start]] { end += 1 }
      for place in start..<end { ranks[order[place]] = Double(start + 1 + end) / 2 }
      start = end
    }
    return ranks
  }
}
