internal import ViTNumerics

/// Over which latencies and from which value heights of members are counted, so that they can be compared.
package struct HeightScale: Hashable, Sendable {
  /// Seconds.
  package var range: ClosedRange<Double>
  package var reference: Double

  /// What several fronts have in common.
  ///
  /// - Parameter byPrediction: Whether latencies are the predicted ones, as during a search.
  /// - Returns: Nil where their winners and baselines have no range of latencies in common.
  package init?(_ fronts: [FrontDocument], byPrediction: Bool) {
    let places = fronts.flatMap { front in
      FrontSets(front).all.map { set in
        set.map { index in
          let entry = front.entries[index]
          return Logarithm.natural(byPrediction ? entry.predictedLatency.value : entry.latencySeconds)
        }
      }
    }
    guard let common = FrontArea.commonRange(places), common.lowerBound.isFinite, common.upperBound.isFinite else {
      return nil
    }
    range = Exponential.natural(common.lowerBound)...Exponential.natural(common.upperBound)
    reference = fronts.map(\.referenceValue).min() ?? 0
  }

  /// How high points stand; see `FrontArea`.
  package func height(of points: [TradeOff]) -> Double { FrontArea.height(of: points, over: range, above: reference) }
}
