/// Comma-separated values for spreadsheets and pandas: RFC 4180 with line feeds.
package enum CSV {
  /// One line for each row; cells with commas, quotes or line breaks are quoted.
  package static func text(_ rows: [[String]]) -> String {
    rows.map { $0.map(quoted).joined(separator: ",") + "\n" }.joined()
  }

  /// A number with all its digits; what is unknown is empty.
  package static func number(_ value: Double?) -> String { value.map { "\($0)" } ?? "" }

  private static func quoted(_ cell: String) -> String {
    // By scalars: a carriage return and a line feed together are one Character.
    guard cell.unicodeScalars.contains(where: { ",\"\n\r".unicodeScalars.contains($0) }) else { return cell }
    return "\"" + cell.replacing("\"", with: "\"\"") + "\""
  }
}
