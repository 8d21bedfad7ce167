internal import Foundation

/// How the documents of a run name files outside of its folder: by the way from that folder where both belong to one
/// project, so that a project can be renamed or copied; else by an absolute path.
///
/// A run's project is the working folder, where the run's folder lies in it, the folder that holds the `outputs` that
/// the run lies in, and the folder right above the run's: what lies in any of them moves with the run.
package enum ProjectPath {
  /// The path as a document in `folder` keeps it.
  package static func stored(_ path: String, in folder: String) -> String {
    let (file, base) = (components(path), components(folder))
    guard projects(of: base).contains(where: { file.starts(with: $0) }) else { return absolute(path) }
    let common = zip(file, base).prefix { $0 == $1 }.count
    let way = Array(repeating: "..", count: base.count - common) + file[common...]
    return way.isEmpty ? "." : way.joined(separator: "/")
  }

  /// The absolute path that a document in `folder` means.
  package static func resolved(_ stored: String, in folder: String) -> String {
    absolute(stored.hasPrefix("/") ? stored : folder + "/" + stored)
  }

  /// An absolute path without `.` and `..`, taken word by word: no link is followed, so that `stored` and `resolved`
  /// are each other's reverse.
  package static func absolute(_ path: String) -> String { "/" + components(path).joined(separator: "/") }

  private static func components(_ path: String) -> [String] {
    let whole = path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
    var components: [String] = []
    for name in whole.split(separator: "/") where name != "." {
      if name == ".." { _ = components.popLast() } else { components.append(String(name)) }
    }
    return components
  }

  /// Folders whose content moves with a run's folder, the root aside.
  private static func projects(of folder: [String]) -> [[String]] {
    let working = components(FileManager.default.currentDirectoryPath)
    var projects = [Array(folder.dropLast())]
    if folder.starts(with: working) { projects.append(working) }
    if let outputs = folder.lastIndex(of: "outputs") { projects.append(Array(folder[..<outputs])) }
    return projects.filter { !$0.isEmpty }
  }
}
