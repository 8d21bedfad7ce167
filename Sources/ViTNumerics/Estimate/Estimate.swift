/// A number with what is known of its spread.
package struct Estimate: Hashable, Sendable {
  package var value: Double
  /// Where the true value lies; nil where nothing is known of the spread, as for a single training.
  package var interval: Interval?

  /// Where the true value of an estimate lies.
  package struct Interval: Hashable, Sendable {
    package var lower: Double
    package var upper: Double
    /// Half the width. Of intervals that reach as far to either side it is what was computed, to the last bit, and not
    /// the difference of the rounded bounds: documents hold it.
    package var halfWidth: Double
    package var covers: Coverage
    /// Probability that such an interval holds the true value.
    package var confidence: Double

    package func contains(_ value: Double) -> Bool { value >= lower && value <= upper }
  }

  /// What spread an interval covers; it says nothing of any other.
  package enum Coverage: Hashable, Sendable {
    /// Between trainings with so many seeds: Student's t.
    case seeds(Int)
    /// Between runs of pruning, or between the members of a regression: Student's t.
    case runs(Int)
    /// Between so many timings on one machine: order statistics, whatever the distribution.
    case repetitions(Int)
    /// Several at once, put together; of the seeds, as many as the member with the fewest has.
    case sources(ErrorSources, seeds: Int)
    /// Of a share counted in so many cases, as Clopper and Pearson have it.
    case cases(Int)
    /// Of predictions about what was measured without their help.
    case residuals
    /// Between samples drawn again, or from a posterior: the middle of them.
    case bootstrap
    /// Values that would make what was seen no accident, by simulation.
    case simulation
  }

  /// A number with nothing known of its spread.
  package init(_ value: Double) { self.value = value }

  /// - Parameters:
  ///   - lower: Nil, with or without `upper`, leaves the spread unknown.
  ///   - confidence: That the interval holds the true value.
  package init(_ value: Double, lower: Double?, upper: Double?, covers: Coverage, confidence: Double = 0.95) {
    self.value = value
    guard let lower, let upper else { return }
    interval = Interval(
      lower: lower, upper: upper, halfWidth: (upper - lower) / 2, covers: covers, confidence: confidence)
  }

  /// - Parameter halfWidth: How far the interval reaches to either side; nil leaves the spread unknown.
  package init(_ value: Double, halfWidth: Double?, covers: Coverage, confidence: Double = 0.95) {
    self.value = value
    guard let halfWidth else { return }
    interval = Interval(
      lower: value - halfWidth, upper: value + halfWidth, halfWidth: halfWidth, covers: covers, confidence: confidence)
  }

  package var lower: Double? { interval?.lower }
  package var upper: Double? { interval?.upper }
  package var halfWidth: Double? { interval?.halfWidth }

  /// Half the width of the interval as a share of the value; nil without an interval.
  package var relativeHalfWidth: Double? { halfWidth.map { $0 / value } }

  /// The estimate in another unit.
  ///
  /// - Parameter factor: Not negative.
  package func scaled(by factor: Double) -> Estimate {
    mapped { $0 * factor }
  }

  /// The estimate of the same thing with its sign reversed, such as a loss for a gain.
  package var negated: Estimate {
    var negated = Estimate(-value)
    negated.interval = interval.map {
      var interval = $0
      (interval.lower, interval.upper) = (-$0.upper, -$0.lower)
      return interval
    }
    return negated
  }

  /// The estimate with its interval cut to what is possible; the value stays.
  package func clamped(to range: ClosedRange<Double>) -> Estimate {
    var clamped = mapped { min(max($0, range.lowerBound), range.upperBound) }
    clamped.value = value
    return clamped
  }

  /// Whether the interval has something in common with a range; without an interval nothing is known.
  package func overlaps(_ range: ClosedRange<Double>) -> Bool {
    interval.map { $0.lower <= range.upperBound && $0.upper >= range.lowerBound } ?? false
  }

  private func mapped(_ change: (Double) -> Double) -> Estimate {
    guard let interval else { return Estimate(change(value)) }
    return Estimate(
      change(value), lower: change(interval.lower), upper: change(interval.upper), covers: interval.covers,
      confidence: interval.confidence)
  }
}
