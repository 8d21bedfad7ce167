internal import Foundation

/// Reads nvit's own table format: comma-separated values, one line for each point of a complete grid.
///
///     embedding,heads,query_key,value,mlp_hidden,seconds
///     192,3,64,64,768,0.0021
///
/// `seconds` is what one block takes for one batch. Lines may come in any order; empty lines and lines that start with
/// `#` are skipped. Between the points of the grid, times are interpolated multilinearly; outside there are none.
struct CSVTableParser {
  static let header = "embedding,heads,query_key,value,mlp_hidden,seconds"
  /// Points in a table; far more than any real one has.
  private static let limit = 4_000_000

  /// - Throws: `LatencyError` that names the line.
  static func grid(from text: String) throws(LatencyError) -> TableGrid {
    var entries: [TableGrid.Entry] = []
    var hasHeader = false
    for (index, rawLine) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
      let line = rawLine.trimmingCharacters(in: .whitespaces)
      if line.isEmpty || line.hasPrefix("#") { continue }
      guard hasHeader else {
        guard line == header else {
          throw LatencyError(.malformed, "line \(index + 1): found \"\(line.prefix(80))\", expected \"\(header)\"")
        }
        hasHeader = true
        continue
      }
      guard entries.count < limit else {
        throw LatencyError(.malformed, "line \(index + 1): the table has more than \(limit) values")
      }
      entries.append(try entry(line, number: index + 1))
    }
    guard hasHeader else { throw LatencyError(.malformed, "the file is empty, expected \"\(header)\"") }
    return try TableGrid(entries: entries) { point in
      "the line for \(point.map(String.init).joined(separator: ","))"
    }
  }

  private static func entry(_ line: String, number: Int) throws(LatencyError) -> TableGrid.Entry {
    let fields = line.split(separator: ",", omittingEmptySubsequences: false).map {
      $0.trimmingCharacters(in: .whitespaces)
    }
    guard fields.count == 6 else {
      throw LatencyError(.malformed, "line \(number): \(fields.count) values, expected 6")
    }
    var coordinates: [Int] = []
    for (axis, field) in zip(TableGrid.Axis.allCases, fields) {
      guard let value = Int(field), (0...1_048_576).contains(value) else {
        throw LatencyError(
          .malformed, "line \(number): \(axis.name) is \"\(field.prefix(40))\", expected an integer from 0 to 1048576")
      }
      coordinates.append(value)
    }
    // Swift reads a number up to a NUL, and takes that for all of it.
    guard !fields[5].utf8.contains(0), let seconds = Double(fields[5]) else {
      throw LatencyError(.malformed, "line \(number): \"\(fields[5].prefix(40))\" is not a number of seconds")
    }
    return TableGrid.Entry(coordinates: coordinates, seconds: seconds, place: "line \(number)")
  }
}
