internal import ViTLatency
internal import ViTNumerics

/// The members of a study's final as its comparisons need them: accuracies, places on the axis of latency, and the
/// errors of both.
struct ComparedMembers {
  struct Member {
    var digest: String
    /// The logarithm of its latency in seconds: measured if known, else predicted.
    var place: Double
    /// Standard error of that.
    var placeError: Double
    var accuracy: MeanInterval
    var test: MeanInterval?
  }

  /// Those with a completed training, by ascending latency.
  let members: [Member]
  /// Nil where every member has a single seed.
  let deviation: PooledDeviation?
  let images: ImageSampling?
  /// Whether latencies have errors that are known.
  private let hasLatencyErrors: Bool

  init(_ entries: [FrontEntry], images counts: ImageCounts?) {
    let trained = entries.filter { $0.validation != nil && $0.latencySeconds > 0 && $0.latencySeconds.isFinite }
    let places = LatencyPlaces(trained)
    members = zip(trained, places.values).compactMap { entry, place in
      entry.validation?.interval.map { accuracy in
        Member(
          digest: entry.digest, place: place.logarithm, placeError: place.error, accuracy: accuracy,
          test: entry.test?.interval)
      }
    }
    deviation = PooledDeviation(members.map(\.accuracy))
    images = counts.flatMap { counts in
      ImageSampling(
        trained.compactMap { entry in
          entry.validation.map { validation in
            let tests = Dictionary((entry.test?.trials ?? []).map { ($0.seed, $0.accuracy) }) { first, _ in first }
            return ImageSampling.Sample(
              accuracy: validation.mean,
              distances: validation.trials.compactMap { trial in tests[trial.seed].map { trial.accuracy - $0 } })
          }
        }, images: counts)
    }
    hasLatencyErrors = places.values.contains { $0.error > 0 }
  }

  func index(_ digest: String) -> Int? { members.firstIndex { $0.digest == digest } }

  var places: [Double] { members.map(\.place) }

  /// A number that is linear in the members' accuracies.
  struct Contrast {
    /// The members' weights.
    var weights: [Double]
    /// How far the number moves with the place of each member, to first order.
    var slopes: [Double]
    /// A further squared standard error, with its degrees of freedom, such as that of a slope.
    var further: (variance: Double, degreesOfFreedom: Double)?

    /// This less so many times another.
    func less(_ factor: Double, times other: Contrast) -> Contrast {
      Contrast(
        weights: zip(weights, other.weights).map { $0 - factor * $1 },
        slopes: zip(slopes, other.slopes).map { $0 - factor * $1 })
    }
  }

  /// A contrast, from its weights if members were at given places.
  ///
  /// - Parameter weights: Nil where it does not exist.
  func contrast(
    further: (variance: Double, degreesOfFreedom: Double)? = nil, _ weights: ([Double]) -> [Double]?
  ) -> Contrast? {
    let places = places
    guard let here = weights(places) else { return nil }
    let value = value(here)
    // A hundredth of a percent of latency: far below any error, far above rounding.
    let step = 1e-4
    let slopes = members.indices.map { index -> Double in
      guard members[index].placeError > 0 else { return 0 }
      func moved(_ shift: Double) -> Double? {
        var moved = places
        moved[index] += shift
        return weights(moved).map { self.value($0) }
      }
      // At an end of where the contrast exists it is followed to the one side.
      let (before, after) = (moved(-step), moved(step))
      let width = (before == nil ? 0 : step) + (after == nil ? 0 : step)
      return width > 0 ? ((after ?? value) - (before ?? value)) / width : 0
    }
    return Contrast(weights: here, slopes: slopes, further: further)
  }

  /// The contrast of the accuracies as they are.
  func value(_ weights: [Double]) -> Double { sum(weights) { $0.accuracy.mean } }

  /// What a contrast amounts to, with every error that is known.
  struct Finding {
    var value: Double
    var error: ErrorSum
    var covers: Estimate.Coverage
    /// Of the member with the fewest.
    var seeds: Int

    var estimate: Estimate { error.estimate(value, covers: covers) }
    var probability: Double { error.probabilityAboveZero(value) }
  }

  /// Below this P value of Bartlett's test, deviations are not taken for equal.
  static let homogeneityLimit = 0.01

  /// Whether the seeds of some members spread otherwise than those of others.
  var isHeterogeneous: Bool { deviation?.homogeneity ?? 1 < ComparedMembers.homogeneityLimit }

  /// Nil where nothing is known of the spread between seeds.
  func finding(_ contrast: Contrast) -> Finding? {
    guard let deviation else { return nil }
    let weights = contrast.weights
    var error = ErrorSum()
    var sources: ErrorSources = .seeds
    addSeeds(weights, deviation, to: &error)
    if let images {
      error.add(
        weights.reduce(0) { $0 + $1 * $1 } * images.variance, degreesOfFreedom: images.degreesOfFreedom)
      sources.insert(.images)
    }
    if hasLatencyErrors {
      error.add(
        zip(contrast.slopes, members).reduce(0) { sum, pair in
          let part = pair.0 * pair.1.placeError
          return sum + part * part
        })
      sources.insert(.latency)
    }
    if let further = contrast.further {
      error.add(further.variance, degreesOfFreedom: further.degreesOfFreedom)
      sources.insert(.slope)
    }
    let seeds = zip(weights, members).filter { $0.0 != 0 }.map(\.1.accuracy.count).min() ?? 0
    return Finding(
      value: value(weights), error: error, covers: .sources(sources, seeds: seeds), seeds: seeds)
  }

  /// The same contrast of the test accuracies; nil where a member that counts was not tested.
  func test(_ contrast: Contrast) -> Double? {
    guard zip(contrast.weights, members).allSatisfy({ $0.0 == 0 || $0.1.test != nil }) else { return nil }
    return sum(contrast.weights) { $0.test?.mean ?? 0 }
  }

  private func sum(_ weights: [Double], _ accuracy: (Member) -> Double) -> Double {
    zip(weights, members).reduce(0) { $0 + ($1.0 == 0 ? 0 : $1.0 * accuracy($1.1)) }
  }

  /// With the pooled deviation. Where members spread differently, one that spreads more than that counts with its own.
  private func addSeeds(_ weights: [Double], _ deviation: PooledDeviation, to error: inout ErrorSum) {
    let isHeterogeneous = isHeterogeneous
    var pooled = 0.0
    for (weight, member) in zip(weights, members) where weight != 0 {
      let part = weight * weight / Double(member.accuracy.count)
      if isHeterogeneous, let own = member.accuracy.standardDeviation, own * own > deviation.variance {
        error.add(part * own * own, degreesOfFreedom: Double(member.accuracy.count - 1))
      } else {
        pooled += part * deviation.variance
      }
    }
    if pooled > 0 { error.add(pooled, degreesOfFreedom: deviation.degreesOfFreedom) }
  }
}
