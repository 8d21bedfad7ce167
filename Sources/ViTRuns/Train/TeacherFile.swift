internal import Foundation

/// Where a recipe's teacher lies.
enum TeacherFile {
  /// The path that a document gives, which starts from the document's folder as those of its data do.
  static func path(_ path: String, relativeTo folder: String) -> String {
    path.hasPrefix("/") ? path : URL(fileURLWithPath: folder).appendingPathComponent(path).path
  }
}
