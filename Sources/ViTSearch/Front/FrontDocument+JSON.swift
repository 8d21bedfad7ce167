internal import Foundation
internal import ViTArchitecture
public import ViTFiles

extension FrontDocument {
  /// Pretty-printed JSON, keys sorted, with a newline at the end.
  public func json() throws(FileError) -> String { try StudyJSON.text(self, named: "pareto.json") }

  /// Reads what `json` wrote.
  ///
  /// - Throws: `FileError` when the file is missing, or says what in it is wrong.
  public init(contentsOf path: String) throws(FileError) {
    self = try StudyJSON.read(FrontDocument.self, path: path)
    guard schema == FrontDocument.currentSchema else {
      throw FileError(
        .malformed, path: path, reason: "schema is \"\(schema)\", expected \"\(FrontDocument.currentSchema)\"")
    }
  }
}

/// The study folder's JSON documents.
enum StudyJSON {
  static func text(_ value: some Encodable, named name: String) throws(FileError) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
    do {
      return String(decoding: try encoder.encode(value), as: UTF8.self) + "\n"
    } catch {
      throw FileError(.cannotWrite, path: name, reason: "a number in it is not finite: \(error)")
    }
  }

  static func read<Value: Decodable>(_ type: Value.Type, path: String) throws(FileError) -> Value {
    let data = try FileContents.read(path, limit: 1 << 28)
    do {
      return try JSONDecoder().decode(type, from: data)
    } catch let error as DecodingError {
      throw FileError(.malformed, path: path, reason: error.briefDescription)
    } catch {
      throw FileError(.malformed, path: path, reason: "\(error)")
    }
  }
}
