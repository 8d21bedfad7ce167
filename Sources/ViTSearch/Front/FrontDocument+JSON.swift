package import Foundation
package import ViTFiles

extension FrontDocument {
  /// Pretty-printed JSON, keys sorted, with a newline at the end.
  package func json() throws(FileError) -> String { try JSONDocument.text(self, named: "pareto.json") }

  /// Reads what `json` wrote.
  ///
  /// - Throws: `FileError` when the file is missing, or says what in it is wrong.
  package init(contentsOf path: String) throws(FileError) {
    try self.init(json: try FileContents.read(path, limit: 1 << 28), path: path)
  }

  /// - Parameter path: Where the text comes from, for errors.
  package init(json: Data, path: String) throws(FileError) {
    self = try FrontDocument.decode(json, path: path)
  }
}
