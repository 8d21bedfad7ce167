package import Foundation

/// JSON files that are read by people too: pretty-printed, keys sorted, with a newline at the end.
package enum JSONDocument {
  /// - Parameter named: The file's name, for the error when a number is not finite.
  package static func text(_ value: some Encodable, named name: String) throws(FileError) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
    do {
      return String(decoding: try encoder.encode(value), as: UTF8.self) + "\n"
    } catch {
      throw FileError(.cannotWrite, path: name, reason: "a number in it is not finite: \(error)")
    }
  }

  /// The same without line breaks and spaces, for a field of a table.
  package static func field(_ value: some Encodable, named name: String) throws(FileError) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    do {
      return String(decoding: try encoder.encode(value), as: UTF8.self)
    } catch {
      throw FileError(.cannotWrite, path: name, reason: "a number in it is not finite: \(error)")
    }
  }

  /// - Throws: `FileError` when the file is missing, or says what in it is wrong.
  package static func read<Value: Decodable>(_ type: Value.Type, path: String) throws(FileError) -> Value {
    try decode(type, from: try FileContents.read(path, limit: 1 << 28), path: path)
  }

  private struct Header: Decodable { var schema: String }

  /// Looks at a document's schema alone; the one place where a schema is refused.
  ///
  /// - Throws: `FileError` that names the schema found and those expected.
  package static func requireSchema(_ schemas: [String], in data: Data, path: String) throws(FileError) {
    let found = try decode(Header.self, from: data, path: path).schema
    guard schemas.contains(found) else {
      let expected = schemas.map { "\"\($0)\"" }.joined(separator: " or ")
      throw FileError(
        .malformed, path: path,
        reason: "its schema is \"\(found)\", expected \(expected): another version of nvit wrote it")
    }
  }

  /// - Parameter path: Where the data come from, for errors.
  package static func decode<Value: Decodable>(
    _ type: Value.Type, from data: Data, path: String
  ) throws(FileError) -> Value {
    do {
      return try JSONDecoder().decode(type, from: data)
    } catch let error as DecodingError {
      throw FileError(.malformed, path: path, reason: error.briefDescription(of: data))
    } catch {
      throw FileError(.malformed, path: path, reason: "\(error)")
    }
  }
}
