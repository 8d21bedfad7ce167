/// As most documents hold it: the value, and the bounds where they are known. What the interval covers is the
/// document's to say, and so is how it is read back.
extension Estimate: Encodable {
  private enum CodingKeys: String, CodingKey {
    case value, lower, upper
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(value, forKey: .value)
    try container.encodeIfPresent(lower, forKey: .lower)
    try container.encodeIfPresent(upper, forKey: .upper)
  }

  /// Reads what `encode` wrote.
  package init(from decoder: any Decoder, covers: Coverage) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      try container.decode(Double.self, forKey: .value),
      lower: try container.decodeIfPresent(Double.self, forKey: .lower),
      upper: try container.decodeIfPresent(Double.self, forKey: .upper), covers: covers)
  }
}
