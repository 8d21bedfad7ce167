internal import ViTSearch

/// What a chart tells apart by colour, with its legend: the roles within one study, or several studies.
struct ChartSeries {
  let name: String
  let colour: ChartPalette

  /// The series that a member belongs to.
  static func name(of role: MemberRole, in study: Int, of studies: [ReportContent]) -> String {
    guard studies.count == 1, let only = studies.first else { return studies[study].study }
    return role.name(family: only.baselineFamily)
  }

  /// The series of the given members, in the order of the legend.
  static func all(
    _ members: [(study: Int, role: MemberRole)], of studies: [ReportContent]
  ) -> [ChartSeries] {
    if studies.count > 1 {
      return studies.indices.filter { index in members.contains { $0.study == index } }.map {
        ChartSeries(name: studies[$0].study, colour: .study($0))
      }
    }
    return MemberRole.shown.filter { role in members.contains { $0.role == role } }.map {
      ChartSeries(name: name(of: $0, in: 0, of: studies), colour: .role($0))
    }
  }

  /// A Vega-Lite scale that gives each series its colour.
  static func scale(_ series: [ChartSeries]) -> JSONValue {
    [
      "domain": .strings(series.map(\.name)), "range": .strings(series.map(\.colour.light)),
    ]
  }

  /// The marks of the roles, named as the legend has them: with a single study, by its series.
  static func shapes(
    of members: [(study: Int, role: MemberRole)], of studies: [ReportContent]
  ) -> [(name: String, shape: String)] {
    var shapes: [(name: String, shape: String)] = []
    for role in MemberRole.shown {
      let shape =
        switch role {
        case .candidate: "circle"
        case .baseline: "square"
        case .randomSearch: "triangle-up"
        case .both: "diamond"
        }
      for member in members where member.role == role {
        let name = role.name(family: studies[member.study].baselineFamily)
        if !shapes.contains(where: { $0.name == name }) { shapes.append((name, shape)) }
      }
    }
    return shapes
  }
}
