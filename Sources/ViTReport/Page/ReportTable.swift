internal import ViTNumerics
internal import ViTSearch

/// The members of all studies as an HTML table; every cell carries the value to sort it by.
struct ReportTable {
  private let studies: [ReportContent]

  init(_ studies: [ReportContent]) { self.studies = studies }

  private struct Column {
    let heading: String
    /// What the heading says at length.
    let explanation: String
    let isNumber: Bool
    let cell: (ReportContent, FrontEntry) -> (text: String, key: String)
  }

  private static let nothing = (text: "–", key: "")

  private var columns: [Column] {
    let points = studies.flatMap(\.front.entries)
    var columns: [Column] = []
    if studies.count > 1 {
      columns.append(
        Column(heading: "Study", explanation: "", isNumber: false) { study, _ in (study.study, study.study) })
    }
    columns.append(
      Column(heading: "Role", explanation: "", isNumber: false) { study, point in
        let role = point.role.name(family: study.baselineFamily)
        return (role, role)
      })
    if points.contains(where: { !$0.targets.isEmpty }) {
      columns.append(
        Column(heading: "Target", explanation: "Latency targets it was chosen for", isNumber: false) { _, point in
          let measured = Dictionary((point.misses ?? []).map { ($0.target, $0.measured) }) { first, _ in first }
          let targets = point.targets.map { label in
            measured[label].map { "\(label), missed: \($0)" } ?? label
          }.joined(separator: ", ")
          return targets.isEmpty ? ReportTable.nothing : (targets, targets)
        })
    }
    columns += [
      latency("Measured (ms)", "Median latency of one batch", \.measured),
      latency("Predicted (ms)", "Latency by the latency model", \.predicted),
      accuracy("Accuracy (%)", "Top-1 on the validation split, mean over seeds ± half of the 95% interval", \.accuracy),
      accuracy("Test (%)", "Top-1 on the test split, mean over seeds ± half of the 95% interval", \.testAccuracy),
    ].filter { column in
      studies.contains { study in study.front.entries.contains { !column.cell(study, $0).key.isEmpty } }
    }
    if points.contains(where: { $0.fromBaselines != nil }) {
      columns.append(
        Column(
          heading: "Above baselines", explanation: "Points above baselines of equal latency, with the 95% interval",
          isNumber: true
        ) { _, point in
          guard let difference = point.fromBaselines else { return ReportTable.nothing }
          return (difference.estimate.bracketed { ReadableNumber.percent($0) }, "\(difference.value)")
        })
    }
    if points.contains(where: { $0.probabilityAboveBaselines != nil }) {
      columns.append(
        Column(
          heading: "P", explanation: "Probability of being above them, corrected for all comparisons of the study",
          isNumber: true
        ) { _, point in
          let probability =
            point.fromBaselines.map { $0.corrected ?? $0.probability } ?? point.probabilityAboveBaselines
          return probability.map { (ReadableNumber.fixed($0, decimals: 3), "\($0)") } ?? ReportTable.nothing
        })
    }
    columns += [
      count("Parameters", "", \.parameters),
      count("MACs", "Multiply-accumulates for one image", \.multiplyAccumulates),
    ]
    return columns
  }

  private func latency(
    _ heading: String, _ explanation: String, _ value: @escaping (FrontEntry) -> Estimate?
  ) -> Column {
    Column(heading: heading, explanation: explanation, isNumber: true) { _, point in
      guard let latency = value(point) else { return ReportTable.nothing }
      return (ReportText.milliseconds(latency.value), "\(latency.value)")
    }
  }

  private func accuracy(
    _ heading: String, _ explanation: String, _ value: @escaping (FrontEntry) -> Estimate?
  ) -> Column {
    Column(heading: heading, explanation: explanation, isNumber: true) { _, point in
      guard let accuracy = value(point) else { return ReportTable.nothing }
      return (accuracy.plusMinus { ReadableNumber.percent($0) }, "\(accuracy.value)")
    }
  }

  private func count(
    _ heading: String, _ explanation: String, _ value: @escaping (FrontEntry) -> Int
  ) -> Column {
    Column(heading: heading, explanation: explanation, isNumber: true) { _, point in
      (ReadableNumber.count(Double(value(point))), "\(value(point))")
    }
  }

  var html: HTML {
    let columns = columns
    let headings = columns.map { column -> HTML in
      let kind: HTML = column.isNumber ? " class=\"number\"" : ""
      let title: HTML = column.explanation.isEmpty ? "" : " title=\"\(column.explanation)\""
      return "<th scope=\"col\"\(kind)><button type=\"button\" class=\"sort\"\(title)>\(column.heading)</button></th>"
    }
    let rows = studies.enumerated().flatMap { index, study in
      study.front.entries.enumerated().map { row($1, identifier: "\(index):\($0)", of: study, columns) }
    }
    return """
      <table id="members">
      <thead><tr><th scope="col"><button type="button" class="sort">Member</button></th>\(HTML.lines(headings))\
      <th scope="col" class="action"><span class="hidden">Configuration</span></th></tr></thead>
      <tbody>
      \(HTML.lines(rows))
      </tbody>
      </table>
      """
  }

  private func row(
    _ point: FrontEntry, identifier: String, of study: ReportContent, _ columns: [Column]
  ) -> HTML {
    let cells = columns.map { column -> HTML in
      let cell = column.cell(study, point)
      let kind: HTML = column.isNumber ? " class=\"number\"" : ""
      return "<td\(kind) data-key=\"\(cell.key)\">\(cell.text)</td>"
    }
    let front: HTML =
      point.isOnFront
      ? "<span class=\"front\" title=\"on the front\"><span class=\"hidden\">on the front</span></span>" : ""
    return """
      <tr data-id="\(identifier)" data-role="\(point.role.style)" data-front="\(point.isOnFront ? "yes" : "no")">\
      <th scope="row" data-key="\(point.name)">\(front)<button type="button" class="show">\(point.name)</button></th>\
      \(HTML(verified: cells.map(\.text).joined()))\
      <td class="action"><button type="button" class="copy">Copy config</button></td></tr>
      """
  }
}
