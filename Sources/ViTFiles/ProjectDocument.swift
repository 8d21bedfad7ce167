/// A document of a run that names files outside of its folder: absolute in memory, as `ProjectPath` says on disk.
package protocol ProjectDocument: SchemaDocument {
  static var fileName: String { get }
  /// Replaces every path that is kept relative to the document's folder.
  mutating func changePaths(_ change: (String) -> String)
}

extension ProjectDocument {
  /// Reads the document of a folder.
  ///
  /// - Throws: `FileError` when the file is missing, of another schema, or does not hold what it should.
  package static func read(inFolder folder: String) throws(FileError) -> Self {
    var document = try read(path: folder + "/" + fileName)
    document.changePaths { ProjectPath.resolved($0, in: folder) }
    return document
  }

  /// Writes the document to a folder, whole or not at all.
  package func write(toFolder folder: String) throws(FileError) {
    var document = self
    document.changePaths { ProjectPath.stored($0, in: folder) }
    try document.write(to: folder + "/" + Self.fileName)
  }
}
