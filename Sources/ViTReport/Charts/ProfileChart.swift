internal import ViTArchitecture
internal import ViTSearch

/// The block dimensions of the best members over the depth, beside the baselines'.
struct ProfileChart {
  private let profiles: [(series: String, profile: FrontEntry)]
  private let family: String

  /// Nil when there is no member to show.
  init?(_ studies: [ReportContent]) {
    profiles = studies.flatMap { study in
      study.profiles.map { profile in
        let name = studies.count == 1 ? profile.name : "\(study.study): \(profile.name)"
        return (profile.role == .baseline ? study.baselineFamily : name, profile)
      }
    }
    guard let first = studies.first, profiles.contains(where: { $1.role != .baseline }) else { return nil }
    family = first.baselineFamily
  }

  /// Widths are shares of the embedding's, in which all sizes of a family look alike.
  private static let dimensions: [(name: String, value: @Sendable (Architecture.Block, Int) -> Double)] = [
    ("Attention heads", { block, _ in Double(block.heads) }),
    ("Query width of all heads ÷ E", { Double($0.heads * $0.queryKey) / Double($1) }),
    ("Value width of all heads ÷ E", { Double($0.heads * $0.value) / Double($1) }),
    ("MLP hidden width ÷ E", { Double($0.mlpHidden) / Double($1) }),
  ]

  var chart: ReportChart {
    var names: [String] = []
    for (name, _) in profiles where !names.contains(name) { names.append(name) }
    let members = names.filter { name in profiles.contains { $0 == name && $1.role != .baseline } }
    let series =
      members.enumerated().map { ChartSeries(name: $1, colour: .study($0)) }
      + names.filter { !members.contains($0) }.map { ChartSeries(name: $0, colour: .axis) }
    return ReportChart(
      name: "profile", title: "The best rules over the depth",
      caption: "E is the embedding width; divided by it, \(family) of every size looks alike. Each step is a block.",
      height: nil, data: [("profiles", rows)],
      body: [
        "data": ["name": "profiles"],
        "facet": [
          "field": "dimension", "type": "nominal", "sort": .strings(ProfileChart.dimensions.map(\.name)), "title": nil,
          "header": ["labelAnchor": "start", "labelPadding": 6],
        ],
        "columns": 2, "spacing": ["row": 26, "column": 40], "resolve": ["scale": ["y": "independent"]],
        "spec": [
          "width": 340, "height": 150,
          "mark": ["type": "line", "interpolate": "step-after", "strokeWidth": 2, "opacity": 0.9],
          "encoding": [
            "x": [
              "field": "edge", "type": "quantitative", "title": "Block",
              "scale": ["domain": [0.5, .number(Double(depth) + 0.5)], "nice": false],
              "axis": [
                "values": .array(blockNumbers.map { .number(Double($0)) }), "format": "d", "grid": false,
              ],
            ],
            "y": [
              "field": "value", "type": "quantitative", "title": nil, "scale": ["zero": true],
              "axis": ["tickCount": 4],
            ],
            "color": [
              "field": "series", "type": "nominal", "scale": ChartSeries.scale(series), "sort": nil,
              "legend": ["columns": 4],
            ],
            "detail": ["field": "name"],
            "strokeDash": [
              "condition": ["test": "datum.baseline", "value": [5, 3]], "value": [1, 0],
            ],
          ],
        ],
      ])
  }

  private var depth: Int { profiles.map(\.profile.architecture.depth).max() ?? 1 }

  /// Those that the axis names; deep networks leave some out.
  private var blockNumbers: [Int] { Array(stride(from: 1, through: depth, by: depth > 24 ? 4 : depth > 12 ? 2 : 1)) }

  /// The left edge of each block, and the right edge of the last.
  /// Baselines first, so that members are drawn over them.
  private var rows: [JSONValue] {
    let sorted = profiles.filter { $1.role == .baseline } + profiles.filter { $1.role != .baseline }
    return sorted.flatMap { series, profile in
      ProfileChart.dimensions.flatMap { dimension in
        let blocks = profile.architecture.blocks
        return (blocks + blocks.suffix(1)).enumerated().map { index, block -> JSONValue in
          [
            "series": .string(series), "name": .string(profile.name), "baseline": .bool(profile.role == .baseline),
            "dimension": .string(dimension.name), "edge": .number(Double(index) + 0.5),
            "value": .number(dimension.value(block, max(profile.architecture.embedding, 1))),
          ]
        }
      }
    }
  }
}
