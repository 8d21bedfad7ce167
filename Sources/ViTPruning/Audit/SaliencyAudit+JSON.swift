internal import ViTNumerics

extension SaliencyAudit.Correlation: Codable {
  private enum CodingKeys: String, CodingKey {
    case saliency, kind, spearman, lower, upper, count
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    saliency = try container.decode(SaliencyKind.self, forKey: .saliency)
    kind = try container.decodeIfPresent(UnitKind.self, forKey: .kind)
    count = try container.decode(Int.self, forKey: .count)
    let lower = try container.decodeIfPresent(Double.self, forKey: .lower)
    let upper = try container.decodeIfPresent(Double.self, forKey: .upper)
    spearman = try container.decodeIfPresent(Double.self, forKey: .spearman).map {
      Estimate($0, lower: lower, upper: upper, covers: .bootstrap)
    }
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(saliency, forKey: .saliency)
    try container.encodeIfPresent(kind, forKey: .kind)
    try container.encodeIfPresent(spearman?.value, forKey: .spearman)
    try container.encodeIfPresent(spearman?.lower, forKey: .lower)
    try container.encodeIfPresent(spearman?.upper, forKey: .upper)
    try container.encode(count, forKey: .count)
  }
}
