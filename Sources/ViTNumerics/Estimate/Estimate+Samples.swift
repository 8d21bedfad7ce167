internal import CGSL

extension Estimate {
  /// A mean with Student's t interval, which a single value does not have; nil for no values.
  ///
  /// - Parameter covers: Between what the values differ; seeds if not said.
  package init?(meanOf values: [Double], covers: Coverage? = nil, confidence: Double = 0.95) {
    guard let mean = Statistics.mean(values) else { return nil }
    let halfWidth = Statistics.standardDeviation(values).map { deviation in
      let t = StudentT.quantile((1 + confidence) / 2, degreesOfFreedom: Double(values.count - 1))
      return t * deviation / Double(values.count).squareRoot()
    }
    self.init(mean, halfWidth: halfWidth, covers: covers ?? .seeds(values.count), confidence: confidence)
  }

  /// A sample's median with a distribution-free interval.
  ///
  /// The interval is bounded by two order statistics: the number of values below the true median is Binomial(n, 1/2)
  /// whatever the distribution. Source: David and Nagaraja, "Order statistics", 2003, section 7.1.
  ///
  /// - Parameters:
  ///   - sample: At least one value. With fewer than six no pair of order statistics reaches 95%; the interval is
  ///     then the whole range.
  ///   - confidence: Coverage that the interval reaches at least.
  package init(medianOf sample: [Double], confidence: Double = 0.95) {
    precondition(!sample.isEmpty, "an empty sample has no median")
    GSL.prepare()
    let sorted = sample.sorted()
    let n = sorted.count
    let tail = (1 - confidence) / 2
    var rank = 0
    while rank + 1 < (n + 1) / 2, gsl_cdf_binomial_P(UInt32(rank), 0.5, UInt32(n)) <= tail { rank += 1 }
    let first = max(rank - 1, 0)
    self.init(
      n % 2 == 1 ? sorted[n / 2] : (sorted[n / 2 - 1] + sorted[n / 2]) / 2, lower: sorted[first],
      upper: sorted[n - 1 - first], covers: .repetitions(n), confidence: confidence)
  }

  /// A probability from counted successes with the exact interval of Clopper and Pearson, Biometrika 26, 1934.
  ///
  /// - Parameters:
  ///   - successes: From 0 to `trials`.
  ///   - trials: At least 1.
  package init(successes: Int, trials: Int, confidence: Double = 0.95) {
    precondition(trials > 0 && (0...trials).contains(successes), "successes must be 0 to trials")
    GSL.prepare()
    let tail = (1 - confidence) / 2
    let hits = Double(successes)
    let misses = Double(trials - successes)
    self.init(
      hits / Double(trials), lower: successes == 0 ? 0 : gsl_cdf_beta_Pinv(tail, hits, misses + 1),
      upper: successes == trials ? 1 : gsl_cdf_beta_Qinv(tail, hits + 1, misses), covers: .cases(trials),
      confidence: confidence)
  }

  /// An accuracy over trainings that were all scored on the same images.
  ///
  /// With Student's interval over the trainings. Where all agree to the last image it would vanish, as it does where 20
  /// of 20 are right every time; the interval is then the exact one of the images counted.
  ///
  /// - Parameters:
  ///   - accuracies: Shares of the images, one for each training; nil results from none.
  ///   - images: Nil where it is not known how many; the spread of trainings that agree is then unknown.
  package init?(accuracies: [Double], images: Int?) {
    guard let mean = Estimate(meanOf: accuracies) else { return nil }
    guard accuracies.count > 1, Set(accuracies).count == 1 else {
      self = mean
      return
    }
    self.init(mean.value)
    guard let images, images > 0, (0...1).contains(mean.value) else { return }
    let counted = Estimate(successes: Int((mean.value * Double(images)).rounded()), trials: images)
    interval = counted.interval
  }

  /// A number with the middle 95% of its replicates, the percentile bootstrap of Efron, 1979.
  package init(_ value: Double, replicates: [Double]) {
    self.init(
      value, lower: Statistics.quantile(replicates, 0.025), upper: Statistics.quantile(replicates, 0.975),
      covers: .bootstrap)
  }
}
