internal import Foundation

extension TemporaryFolder {
  /// Writes an entry and returns its path.
  @discardableResult
  package func write(_ bytes: [UInt8], to name: String) throws -> String {
    let url = URL(fileURLWithPath: self(name))
    try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: url)
    return url.path
  }

  /// The names in the folder, sorted.
  package func entries() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: path).sorted() }
}
