internal import GRDB
internal import ViTFiles

/// Reads the fields of a row. SQLite lets any value stand in any column, so every one is checked.
struct RowReader {
  let row: Row
  /// For errors.
  let table: String
  let path: String

  /// - Throws: `FileError` when the field holds no text.
  func text(_ column: String) throws(FileError) -> String {
    guard let text = try optionalText(column) else { throw unexpected(column, "text") }
    return text
  }

  func optionalText(_ column: String) throws(FileError) -> String? {
    switch value(column).storage {
    case .null: return nil
    case .string(let text): return text
    default: throw unexpected(column, "text")
    }
  }

  func integer(_ column: String) throws(FileError) -> Int64 {
    guard case .int64(let number) = value(column).storage else { throw unexpected(column, "a whole number") }
    return number
  }

  func optionalInteger(_ column: String) throws(FileError) -> Int64? {
    value(column).isNull ? nil : try integer(column)
  }

  /// A number, or nil for NULL.
  func number(_ column: String) throws(FileError) -> Double? {
    switch value(column).storage {
    case .null: return nil
    case .double(let number): return number
    case .int64(let number): return Double(number)
    default: throw unexpected(column, "a number")
    }
  }

  /// The error of a field that holds something else than it should.
  func unexpected(_ column: String, _ expected: String) -> FileError {
    let found =
      switch value(column).storage {
      case .null: "NULL"
      case .int64(let number): "\(number)"
      case .double(let number): "\(number)"
      case .string(let text): "\"\(text.prefix(40))\""
      case .blob(let data): "\(data.count) bytes"
      }
    // A damaged schema may let anything stand there, which GRDB's own conversion would trap on.
    let place = if case .int64(let number) = value("id").storage { ", row \(number)" } else { "" }
    return FileError(
      .malformed, path: path, reason: "table \(table)\(place): \(column) is \(found), expected \(expected)")
  }

  private func value(_ column: String) -> DatabaseValue { row[column] ?? .null }
}

extension Double {
  /// SQLite has no numbers that are not finite: they are NULL, and NULL is read as not a number.
  var stored: Double? { isFinite ? self : nil }
}
