/// The lines in which two texts differ.
package enum DocumentDifference {
  /// Removed lines with "-", added ones with "+", each with its number; at most 20 lines. Line endings do not count.
  package static func text(from old: String, to new: String) -> String {
    func lines(_ text: String) -> [Substring] {
      text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    }
    let changes = lines(new).difference(from: lines(old)).map { change -> (line: Int, text: String) in
      switch change {
      case .remove(let offset, let line, _): (offset, "  - line \(offset + 1): \(line)")
      case .insert(let offset, let line, _): (offset, "  + line \(offset + 1): \(line)")
      }
    }
    let sorted = changes.sorted { $0.line < $1.line }.map(\.text)
    let rest = sorted.count > 20 ? ["  and \(sorted.count - 20) further lines"] : []
    return (sorted.prefix(20) + rest).joined(separator: "\n")
  }
}
