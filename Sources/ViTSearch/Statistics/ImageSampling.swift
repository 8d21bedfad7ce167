internal import ViTNumerics

/// How far a member's accuracy is off because the validation images are a sample.
///
/// All members answer the same images, and most images are hard or easy for all of them: that part moves every member
/// alike and is in no difference. What moves one seed more than another is in the spread between seeds already. What is
/// left moves one architecture more than another, whatever the seed, and no further seed takes it away.
///
/// It is taken for a fortieth of the binomial variance p (1 - p) / n: in the reference studies (31 networks, 158
/// trainings on Fashion-MNIST, each scored on 5,000 or 10,000 validation and 10,000 test images) the part of a
/// network's distance between validation and test accuracy that all its seeds share came to -1.4, 2.0 and -11% of it,
/// none of them different from 0; a fortieth is 0.07 points for a network of 88% on 5,000 images, 0.10 for a difference.
/// Where a study's own test accuracies show more, that is taken.
///
/// Source of the estimate: the components of variance of a one-way classification, Searle, Casella and McCulloch,
/// "Variance components", 1992, section 3.6.
package struct ImageSampling: Hashable, Sendable {
  /// Of one member's mean accuracy.
  package var variance: Double
  /// Infinite for the fortieth.
  package var degreesOfFreedom: Double

  /// The share of the binomial variance that architectures of one study do not have in common.
  package static let unsharedPart = 1.0 / 40

  /// One member: its accuracies by seed, on both splits.
  package struct Sample {
    package var accuracy: Double
    /// Validation less test accuracy of each training; empty where it was not tested.
    package var distances: [Double]

    package init(accuracy: Double, distances: [Double]) {
      self.accuracy = accuracy
      self.distances = distances
    }
  }

  /// - Parameter counts: Images of the two splits.
  package init?(_ samples: [Sample], images counts: ImageCounts) {
    guard counts.validation > 0, let accuracy = Statistics.mean(samples.map(\.accuracy)) else { return nil }
    let floor =
      ImageSampling.unsharedPart * max(accuracy * (1 - accuracy), 0) / Double(counts.validation)
    (variance, degreesOfFreedom) = (floor, .infinity)
    guard counts.test > 0, let between = ImageSampling.between(samples.map(\.distances).filter { !$0.isEmpty }) else {
      return
    }
    // The distance holds both splits' errors, in proportion to one over their images.
    let share = Double(counts.test) / Double(counts.validation + counts.test)
    if between.variance * share > floor { (variance, degreesOfFreedom) = (between.variance * share, between.freedom) }
  }

  /// The variance between groups beyond what the values within them make; nil where there is none, or nothing to see it
  /// by.
  private static func between(_ groups: [[Double]]) -> (variance: Double, freedom: Double)? {
    let total = groups.map(\.count).reduce(0, +)
    guard groups.count >= 2, total > groups.count else { return nil }
    let mean = groups.joined().reduce(0, +) / Double(total)
    var (across, within) = (0.0, 0.0)
    for group in groups {
      let own = group.reduce(0, +) / Double(group.count)
      across += Double(group.count) * (own - mean) * (own - mean)
      within += group.reduce(0) { $0 + ($1 - own) * ($1 - own) }
    }
    let freedom = Double(groups.count - 1)
    let squares = groups.map { Double($0.count * $0.count) }.reduce(0, +)
    let typical = (Double(total) - squares / Double(total)) / freedom
    let variance = (across / freedom - within / Double(total - groups.count)) / typical
    return variance > 0 ? (variance, freedom) : nil
  }
}
