package import ViTFiles

extension Architecture {
  /// Reads a JSON architecture.
  ///
  /// - Throws: `FileError` when the file is missing, or says what in it is wrong.
  package init(contentsOf path: String) throws(FileError) {
    let data = try FileContents.read(path, limit: 1 << 24)
    do {
      self = try Architecture(json: data)
    } catch {
      throw FileError(.malformed, path: path, reason: error.description)
    }
  }
}
