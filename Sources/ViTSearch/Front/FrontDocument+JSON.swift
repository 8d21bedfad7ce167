public import ViTFiles

extension FrontDocument {
  /// Pretty-printed JSON, keys sorted, with a newline at the end.
  public func json() throws(FileError) -> String { try JSONDocument.text(self, named: "pareto.json") }

  /// Reads what `json` wrote.
  ///
  /// - Throws: `FileError` when the file is missing, or says what in it is wrong.
  public init(contentsOf path: String) throws(FileError) {
    self = try JSONDocument.read(FrontDocument.self, path: path)
    guard schema == FrontDocument.currentSchema else {
      throw FileError(
        .malformed, path: path, reason: "schema is \"\(schema)\", expected \"\(FrontDocument.currentSchema)\"")
    }
  }
}
