package import Foundation

/// A JSON document that names its schema, such as "nvit.family/1".
package protocol SchemaDocument: Codable {
  /// The schema that is written, then older ones that can still be read.
  static var schemas: [String] { get }
  var schema: String { get set }
}

extension SchemaDocument {
  package static var currentSchema: String { schemas[0] }

  /// Reads the document; its schema is looked at before anything else, since another one may have other keys.
  ///
  /// - Throws: `FileError` when the file is missing, of another schema, or says what in it is wrong.
  package static func read(path: String) throws(FileError) -> Self {
    try decode(try FileContents.read(path, limit: 1 << 28), path: path)
  }

  /// - Parameter path: Where the data come from, for errors.
  package static func decode(_ data: Data, path: String) throws(FileError) -> Self {
    try JSONDocument.requireSchema(schemas, in: data, path: path)
    var document = try JSONDocument.decode(Self.self, from: data, path: path)
    document.schema = currentSchema
    return document
  }

  /// Writes the document atomically.
  package func write(to path: String) throws(FileError) {
    try AtomicFile.write(try JSONDocument.text(self, named: path), to: path)
  }
}
