internal import ViTFiles
package import ViTNumerics

extension FrontDocument {
  /// How high the members stand over the latencies that the ways of searching and the baselines have in common, as
  /// `FrontArea` defines it. A higher one is better; those of studies with other ranges cannot be compared.
  package struct Hypervolume: Hashable, Sendable, Codable {
    /// The common range. None of it is chosen: it reaches from the slowest of the sets' fastest members to the fastest
    /// of their slowest.
    package var lowerLatencySeconds: Double
    package var upperLatencySeconds: Double
    /// What heights are counted from. Accuracy: that of the worst member, less a tenth of its distance from the best
    /// one; chance level (one over the number of classes) where all are equal. Multiply-accumulates: 0. Ratios depend
    /// on it, which set stands higher does not.
    package var referenceValue: Double
    /// Of the members that no other beats in both, in the objective's unit.
    package var front: Double
    /// Of the search's winners for the targets; where nothing was trained, of all candidates that none of them beats.
    package var candidates: Double
    /// Of random search's winners; nil where there was no such search.
    package var randomSearch: Double?
    /// Nil where the study has none.
    package var baselines: Double?
    /// The candidates' height as a multiple of the baselines', with the errors of both; without an interval where
    /// nothing was trained, where a winner was picked by these very trainings, and for single seeds.
    package var candidatesRatio: Estimate?
    package var randomSearchRatio: Estimate?
    /// What the intervals of the ratios cover, as `ErrorSources` names it; nil where there are none.
    package var covers: [String]?
    /// That the candidates stand higher; nil where a winner was picked by these very trainings, and for single seeds.
    package var aboveBaselines: Order?
    package var aboveRandomSearch: Order?

    /// Whether one set truly stands higher than another.
    package struct Order: Hashable, Sendable, Codable {
      /// That it does, by this comparison alone.
      package var probability: Double
      /// The same, corrected for all comparisons of the study; see `Difference.corrected`.
      package var corrected: Double

      package init(probability: Double) {
        self.probability = probability
        corrected = probability
      }

      private enum CodingKeys: String, SnakeCaseKey { case probability, corrected = "corrected_probability" }

      package var isDecided: Bool { Verdict.isDecided(corrected) }
    }

    private enum CodingKeys: String, SnakeCaseKey {
      case lowerLatencySeconds, upperLatencySeconds, referenceValue, front, candidates, randomSearch, baselines
      case candidatesRatio, randomSearchRatio, covers, aboveBaselines, aboveRandomSearch
    }

    package init(
      range: ClosedRange<Double>, referenceValue: Double, front: Double, candidates: Double, randomSearch: Double?,
      baselines: Double?
    ) {
      (lowerLatencySeconds, upperLatencySeconds) = (range.lowerBound, range.upperBound)
      self.referenceValue = referenceValue
      self.front = front
      self.candidates = candidates
      self.randomSearch = randomSearch
      self.baselines = baselines
    }

    /// Seconds.
    package var range: ClosedRange<Double> { lowerLatencySeconds...max(lowerLatencySeconds, upperLatencySeconds) }
  }
}

extension FrontDocument.Hypervolume {
  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    func number(_ key: CodingKeys) throws -> Double { try container.decode(Double.self, forKey: key) }
    func optional(_ key: CodingKeys) throws -> Double? { try container.decodeIfPresent(Double.self, forKey: key) }
    func ratio(_ key: CodingKeys) throws -> Estimate? {
      guard container.contains(key) else { return nil }
      return try Estimate(
        from: container.superDecoder(forKey: key), covers: .sources(ErrorSources(names: covers ?? []), seeds: 0))
    }
    let covers = try container.decodeIfPresent([String].self, forKey: .covers)
    let lower = try number(.lowerLatencySeconds)
    self.init(
      range: lower...max(lower, try number(.upperLatencySeconds)), referenceValue: try number(.referenceValue),
      front: try number(.front), candidates: try number(.candidates), randomSearch: try optional(.randomSearch),
      baselines: try optional(.baselines))
    self.covers = covers
    candidatesRatio = try ratio(.candidatesRatio)
    randomSearchRatio = try ratio(.randomSearchRatio)
    aboveBaselines = try container.decodeIfPresent(Order.self, forKey: .aboveBaselines)
    aboveRandomSearch = try container.decodeIfPresent(Order.self, forKey: .aboveRandomSearch)
  }
}
