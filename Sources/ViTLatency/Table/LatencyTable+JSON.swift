internal import ViTFiles

extension LatencyTable: Codable {
  package static let schema = "nvit.latency-table/1"

  private enum CodingKeys: String, SnakeCaseKey {
    case schema, conditions, axes, seconds, tokenCount = "tokens", isMonotone = "monotone"
  }

  private enum AxisKeys: String, CodingKey, CaseIterable {
    case embedding, heads
    case queryKey = "query_key"
    case value
    case mlpHidden = "mlp_hidden"
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let schema = try container.decode(String.self, forKey: .schema)
    guard schema == Self.schema else {
      throw LatencyError(.malformed, "schema is \"\(schema)\", expected \"\(Self.schema)\"")
    }
    conditions = try container.decode(LatencyConditions.self, forKey: .conditions)
    tokenCount = try container.decodeIfPresent(Int.self, forKey: .tokenCount)
    isMonotone = try container.decode(Bool.self, forKey: .isMonotone)
    let axes = try container.nestedContainer(keyedBy: AxisKeys.self, forKey: .axes)
    grid = try TableGrid(
      axes: try AxisKeys.allCases.map { try axes.decode([Int].self, forKey: $0) },
      seconds: try container.decode([Double].self, forKey: .seconds))
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(Self.schema, forKey: .schema)
    try container.encode(conditions, forKey: .conditions)
    try container.encodeIfPresent(tokenCount, forKey: .tokenCount)
    try container.encode(isMonotone, forKey: .isMonotone)
    var axes = container.nestedContainer(keyedBy: AxisKeys.self, forKey: .axes)
    for (key, values) in zip(AxisKeys.allCases, grid.axes) { try axes.encode(values, forKey: key) }
    try container.encode(grid.seconds, forKey: .seconds)
  }
}
