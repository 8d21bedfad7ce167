package import ViTNumerics

/// Hypervolumes that a set of members may truly have, given the spread of their accuracies between seeds.
///
/// Every draw takes each member's mean accuracy anew from Student's distribution around the mean seen, its posterior
/// under a flat prior and normally distributed accuracies. That is a parametric bootstrap: to draw three seeds again
/// from three seeds understates the spread by a third and more, which the simulation in the tests shows.
///
/// The area of several noisy members is that of whichever was lucky. So it is to be compared between sets of about as
/// many members, each chosen before the trainings that are counted.
package struct HypervolumeDraws {
  /// A member's latency and its accuracies.
  package struct Member {
    package var latencySeconds: Double
    package var accuracy: MeanInterval

    package init(latencySeconds: Double, accuracy: MeanInterval) {
      self.latencySeconds = latencySeconds
      self.accuracy = accuracy
    }
  }

  /// Of the means as they are.
  package let value: Double
  /// Nil where a member has a single seed, which says nothing about its spread.
  package let draws: [Double]?

  /// - Parameters:
  ///   - stream: Keeps the draws of different sets independent.
  package init(_ members: [Member], reference: TradeOff, seed: UInt64, stream: UInt64, count: Int = 4000) {
    func area(_ mean: (Member) -> Double) -> Double {
      ParetoFront.hypervolume(
        members.map { TradeOff(latencySeconds: $0.latencySeconds, value: mean($0)) }, reference: reference)
    }
    value = area(\.accuracy.mean)
    guard members.allSatisfy({ $0.accuracy.count >= 2 }) else {
      draws = nil
      return
    }
    var random = CounterRandom(seed: seed, purpose: "hypervolume", stream: stream)
    draws = (0..<count).map { _ in
      area { member in
        let error = member.accuracy.squaredStandardError?.squareRoot() ?? 0
        return member.accuracy.mean + error * random.student(degreesOfFreedom: member.accuracy.count - 1)
      }
    }
  }

  /// With the middle 95% of the draws.
  package var estimate: Estimate { Estimate(value, replicates: draws ?? []) }

  /// The probability that this hypervolume is above the other.
  package func probability(above other: HypervolumeDraws) -> Double? {
    guard let draws, let others = other.draws, !draws.isEmpty, draws.count == others.count else { return nil }
    let wins = zip(draws, others).reduce(0.0) { $0 + ($1.0 > $1.1 ? 1 : $1.0 == $1.1 ? 0.5 : 0) }
    return wins / Double(draws.count)
  }
}

extension CounterRandom {
  /// A number from Student's t distribution.
  fileprivate mutating func student(degreesOfFreedom: Int) -> Double {
    let half = Double(degreesOfFreedom) / 2
    return gaussian() / (gamma(shape: half) / half).squareRoot()
  }
}
