internal import Foundation

/// What a kind of run keeps in its folder. A run removes nothing else, whatever it is told to overwrite.
package struct RunLayout: Hashable, Sendable {
  /// As `provenance.json` names the kind, such as "prune".
  package let kind: String
  /// What messages call it, such as "pruning run".
  let noun: String
  /// What a folder that holds such a run is refused with.
  let presence: String
  /// Files that tell that such a run is in the folder, or what is left of one; the first does so to runs of other kinds.
  let marks: [String]
  /// Paths of all files, those of older versions included, in the order of their removal. A `*` stands for any part of
  /// a name.
  let files: [String]
  /// Whether a folder that holds anything else is refused.
  var wantsFolderAlone = false

  /// Whether the folder holds such a run.
  package func holdsRun(_ folder: String) -> Bool {
    marks.contains { FileManager.default.fileExists(atPath: "\(folder)/\($0)") }
  }

  /// The run's files that are in the folder, in the order of their removal.
  func files(in folder: String) -> [String] { files.flatMap { RunLayout.paths($0, in: folder) } }

  /// Folders below the run's that its files may lie in, innermost first.
  func folders(in folder: String) -> [String] {
    let patterns = Set(files.flatMap { RunLayout.parents(of: $0) })
    let found = Set(patterns.flatMap { RunLayout.paths($0, in: folder) })
    return found.sorted { ($0.count, $0) > ($1.count, $1) }
  }

  /// Names of what the folder holds, sorted; none where it cannot be read.
  static func names(in folder: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
  }

  private static func parents(of pattern: String) -> [String] {
    let names = pattern.split(separator: "/")
    return names.indices.dropFirst().map { names[..<$0].joined(separator: "/") }
  }

  private static func paths(_ pattern: String, in folder: String) -> [String] {
    let (name, rest) = split(pattern)
    let found = names(in: folder).filter { matches($0, name) }
    guard let rest else { return found }
    return found.flatMap { inner in paths(rest, in: "\(folder)/\(inner)").map { "\(inner)/\($0)" } }
  }

  private static func split(_ pattern: String) -> (first: Substring, rest: String?) {
    guard let slash = pattern.firstIndex(of: "/") else { return (pattern[...], nil) }
    return (pattern[..<slash], String(pattern[pattern.index(after: slash)...]))
  }

  private static func matches(_ name: String, _ pattern: Substring) -> Bool {
    guard let star = pattern.firstIndex(of: "*") else { return name == pattern }
    let (head, tail) = (pattern[..<star], pattern[pattern.index(after: star)...])
    return name.count >= head.count + tail.count && name.hasPrefix(head) && name.hasSuffix(tail)
  }
}
