/// Columns of text, aligned for a fixed-width terminal.
package struct TextTable {
  package enum Alignment: Sendable { case left, right }

  private let headings: [(text: String, alignment: Alignment)]
  private var rows: [[String]] = []

  package init(_ headings: [(text: String, alignment: Alignment)]) { self.headings = headings }

  /// Missing cells are empty; surplus ones are dropped.
  package mutating func add(_ cells: [String]) {
    rows.append((0..<headings.count).map { $0 < cells.count ? cells[$0] : "" })
  }

  /// A table of the given rows, the first being the headings: the first column is flush left, the others flush right.
  package static func lines(_ rows: [[String]]) -> String {
    var table = TextTable((rows.first ?? []).enumerated().map { ($1, $0 == 0 ? .left : .right) })
    for row in rows.dropFirst() { table.add(row) }
    return table.text
  }

  /// The table with a rule below its headings, every line ended by a newline.
  package var text: String {
    let all = [headings.map(\.text)] + rows
    let widths = headings.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
    func line(_ cells: [String]) -> String {
      let padded = cells.enumerated().map { column, cell in
        let space = String(repeating: " ", count: widths[column] - cell.count)
        return headings[column].alignment == .left ? cell + space : space + cell
      }
      var joined = padded.joined(separator: "  ")
      while joined.hasSuffix(" ") { joined.removeLast() }
      return joined + "\n"
    }
    let rule = widths.map { String(repeating: "─", count: $0) }.joined(separator: "  ") + "\n"
    return line(headings.map(\.text)) + rule + rows.map(line).joined()
  }
}
