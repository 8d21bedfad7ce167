import Foundation
import ViTFiles

/// `docs/formats.md`, as far as it can be checked: its tables.
///
/// A section's tables are told apart by their first column: "Field" for JSON, "Entry" for the metadata of a safetensors
/// file, "Tensor" for its tensors. The first table, whose first column is "File", leads from schemas to sections.
struct FormatsDocument {
  /// A line of a table.
  struct Row {
    /// Without the question mark of what may be absent.
    let name: String
    let isOptional: Bool
    let type: String
  }

  struct Section {
    var fields: [Row] = []
    var entries: [Row] = []
    var tensors: [Row] = []
  }

  /// What the tables that are read begin with.
  private static let columns = ["File", "Former", "Field", "Entry", "Tensor"]

  /// The section of each schema.
  private(set) var anchors: [String: String] = [:]
  /// Schemas that are read still, but written no longer.
  private(set) var former: Set<String> = []
  /// By the anchors of their headings.
  private(set) var sections: [String: Section] = [:]

  init(contentsOf path: String) throws {
    var (anchor, column) = ("", "")
    for line in try FileContents.readText(path).split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("#") {
        anchor = FormatsDocument.anchor(line.drop { $0 == "#" })
        sections[anchor] = Section()
      }
      guard line.hasPrefix("| ") else {
        if !line.hasPrefix("|") { column = "" }
        continue
      }
      let cells = line.dropFirst(2).split(separator: " | ").map { $0.trimmingCharacters(in: ["|", " "]) }
      if column.isEmpty {
        column = cells[0]
      } else if FormatsDocument.columns.contains(column) {
        guard cells.count == 3 else { throw MalformedRow(line: String(line)) }
        read(cells, column, in: anchor)
      }
    }
  }

  struct MalformedRow: Error { let line: String }

  private mutating func read(_ cells: [String], _ column: String, in anchor: String) {
    let name = cells[0].filter { $0 != "`" }
    let row = Row(
      name: name.hasSuffix("?") ? String(name.dropLast()) : name, isOptional: name.hasSuffix("?"), type: cells[1])
    switch column {
    case "File": anchors[cells[1].filter { $0 != "`" }] = FormatsDocument.target(cells[2])
    case "Former": former.insert(name)
    case "Field": sections[anchor]?.fields.append(row)
    case "Entry": sections[anchor]?.entries.append(row)
    case "Tensor": sections[anchor]?.tensors.append(row)
    default: break
    }
  }

  /// What a heading is linked by.
  private static func anchor(_ heading: some StringProtocol) -> String {
    heading.lowercased().filter { $0.isLetter || $0.isNumber || $0 == " " || $0 == "-" }
      .trimmingCharacters(in: [" "]).replacing(" ", with: "-")
  }

  /// The anchor that a link such as `[recipe](#recipe)` leads to; nil for other text.
  static func target(_ text: some StringProtocol) -> String? {
    guard text.hasPrefix("["), text.hasSuffix(")"), let hash = text.firstIndex(of: "#") else { return nil }
    return String(text[hash...].dropFirst().dropLast())
  }
}
