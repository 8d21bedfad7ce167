internal import ViTFiles
internal import ViTNumerics

extension LatencyValidation: Encodable {
  private enum CodingKeys: String, SnakeCaseKey {
    case samples, drift, errors, uncorrectedMeanAbsoluteError, measurementHalfWidth, meanAbsoluteError
    case within5Percent = "within_5_percent", within10Percent = "within_10_percent", kendallTau
    case depths, outside, outsideReason
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(samples, forKey: .samples)
    try container.encode(drift, forKey: .drift)
    try container.encode(errors, forKey: .errors)
    try container.encode(uncorrectedMeanAbsoluteError, forKey: .uncorrectedMeanAbsoluteError)
    try container.encode(measurementHalfWidth, forKey: .measurementHalfWidth)
    try container.encode(Figure(meanAbsoluteError), forKey: .meanAbsoluteError)
    try container.encode(Figure(within5Percent), forKey: .within5Percent)
    try container.encode(Figure(within10Percent), forKey: .within10Percent)
    try container.encodeIfPresent(kendallTau.map(Figure.init), forKey: .kendallTau)
    try container.encode(depths, forKey: .depths)
    try container.encode(outside, forKey: .outside)
    try container.encodeIfPresent(outsideReason, forKey: .outsideReason)
  }

  /// An estimate by the names that this document gives it.
  private struct Figure: Encodable {
    let estimate: Double
    let lower: Double?
    let upper: Double?

    init(_ estimate: Estimate) {
      self.estimate = estimate.value
      lower = estimate.lower
      upper = estimate.upper
    }
  }
}

extension LatencyValidation.Depth: Encodable {
  private enum CodingKeys: String, SnakeCaseKey { case depth, count, predictedOverMeasured }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(depth, forKey: .depth)
    try container.encode(count, forKey: .count)
    try container.encode(predictedOverMeasured, forKey: .predictedOverMeasured)
  }
}
