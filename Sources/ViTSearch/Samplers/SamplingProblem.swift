package import ViTArchitecture

/// What a sampler needs to know of the space it proposes points of.
package struct SamplingProblem: Sendable {
  /// The values of each axis; those of choices count by their size, in whatever order they are listed.
  package var axes: [Domain]
  package var seed: UInt64
  /// How many objectives an observation has.
  package var objectiveCount: Int
  /// Says of a point whether it can be tried; a function of the point alone.
  package var check: @Sendable ([Double]) -> Verdict
  /// Keys that are never proposed, such as those of the baselines.
  package var excludedKeys: Set<[Int]> = []

  /// Tells what makes points one and the same trial, such as all widths of the architecture.
  package typealias Key = [Int]

  package enum Verdict: Hashable, Sendable {
    case feasible(key: Key)
    /// By how much the hard constraints are violated, above 0; infinite where there is nothing to try at all.
    case infeasible(violation: Double)
  }

  /// Spaces with at most so many points are searched completely before a sampler gives up.
  package static let enumerableCardinality = 1 << 16

  /// - Parameter check: Without one, every point is feasible, and points are the same when their values are.
  package init(
    axes: [Domain], seed: UInt64, objectiveCount: Int, check: (@Sendable ([Double]) -> Verdict)? = nil
  ) {
    self.axes = axes
    self.seed = seed
    self.objectiveCount = objectiveCount
    self.check =
      check ?? { point in
        .feasible(key: zip(axes, point).map { Int(bitPattern: UInt($0.value(at: $1).bitPattern)) })
      }
  }
}

extension SamplingProblem {
  /// The point with every coordinate moved to the middle of its value's share.
  func snapped(_ point: [Double]) -> [Double] { zip(axes, point).map { $0.snapped($1) } }

  /// By how much a point violates the constraints; 0 for a feasible one.
  func violation(_ point: [Double]) -> Double {
    switch check(point) {
    case .feasible: 0
    case .infeasible(let violation): violation
    }
  }

  /// A uniformly random point.
  func randomPoint(_ random: inout some RandomNumberGenerator) -> [Double] {
    axes.map { $0.snapped(Double.random(in: 0..<1, using: &random)) }
  }

  /// The number of points; nil when infinite or too large for an `Int`.
  var cardinality: Int? {
    axes.reduce(1) { product, axis in
      guard let product, let count = axis.count else { return nil }
      let (next, overflow) = product.multipliedReportingOverflow(by: count)
      return overflow ? nil : next
    }
  }

  /// The point with the given number, 0 ..< `cardinality`; the last axis varies fastest.
  func point(numbered number: Int) -> [Double] {
    var rest = number
    var point = [Double](repeating: 0.5, count: axes.count)
    for index in axes.indices.reversed() {
      let count = axes[index].count ?? 1
      point[index] = axes[index].coordinate(ofIndex: rest % count)
      rest /= count
    }
    return point
  }

  /// - Throws: `SearchError` when an observation has another number of coordinates or objectives than the problem.
  func require(_ history: [Observation]) throws(SearchError) {
    for (index, observation) in history.enumerated() {
      guard observation.point.count == axes.count, observation.point.allSatisfy(\.isFinite) else {
        throw SearchError(
          .badStudy,
          "trial \(index + 1) has \(observation.point.count) coordinates, expected \(axes.count) finite ones")
      }
      guard let objectives = observation.objectives else { continue }
      guard objectives.count == objectiveCount else {
        throw SearchError(
          .badStudy, "trial \(index + 1) has \(objectives.count) objectives, expected \(objectiveCount)")
      }
    }
  }
}

extension Observation {
  /// The objectives; nil as well when one of them is not finite, which no sampler can use.
  var usableObjectives: [Double]? {
    guard let objectives, objectives.allSatisfy(\.isFinite) else { return nil }
    return objectives
  }
}
