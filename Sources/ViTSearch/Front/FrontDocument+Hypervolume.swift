internal import ViTFiles
package import ViTNumerics

extension FrontDocument {
  /// Areas dominated, and from which reference point. A larger one is better; areas of studies with different
  /// references cannot be compared.
  package struct Hypervolume: Hashable, Sendable, Codable {
    /// 1.1 times the latency of the slowest member.
    package var referenceLatencySeconds: Double
    /// Accuracy: that of the worst member, less a tenth of its distance from the best one; chance level (one over the
    /// number of classes) where all are equal. Multiply-accumulates: 0.
    package var referenceValue: Double
    /// Of all members, in seconds times the objective's unit.
    package var front: Double
    /// With the interval over the seeds, see `HypervolumeDraws`; without one where nothing was trained or a member has
    /// a single seed. Of the winners that the search chose before the final, or of all candidates where
    /// nothing was chosen.
    package var candidates: Estimate
    /// Of random search's winners; nil where there was no such search.
    package var randomSearch: Estimate?
    package var baselines: Estimate
    /// Probability that the candidates' hypervolume is above the other one.
    package var probabilityAboveBaselines: Double?
    package var probabilityAboveRandomSearch: Double?

    private enum CodingKeys: String, SnakeCaseKey {
      case referenceLatencySeconds, referenceValue, front, candidates, randomSearch, baselines
      case probabilityAboveBaselines, probabilityAboveRandomSearch
    }
  }
}

extension FrontDocument.Hypervolume {
  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    func area(_ key: CodingKeys) throws -> Estimate {
      try Estimate(from: container.superDecoder(forKey: key), covers: .bootstrap)
    }
    let hasRandom = try container.contains(.randomSearch) && !container.decodeNil(forKey: .randomSearch)
    self.init(
      referenceLatencySeconds: try container.decode(Double.self, forKey: .referenceLatencySeconds),
      referenceValue: try container.decode(Double.self, forKey: .referenceValue),
      front: try container.decode(Double.self, forKey: .front), candidates: try area(.candidates),
      randomSearch: hasRandom ? try area(.randomSearch) : nil, baselines: try area(.baselines),
      probabilityAboveBaselines: try container.decodeIfPresent(Double.self, forKey: .probabilityAboveBaselines),
      probabilityAboveRandomSearch: try container.decodeIfPresent(Double.self, forKey: .probabilityAboveRandomSearch))
  }
}
