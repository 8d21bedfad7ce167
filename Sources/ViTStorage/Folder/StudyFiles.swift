internal import Foundation
internal import ViTFiles

/// The files of a study within its folder.
///
///     study.sqlite      plan, members, trials, latencies, front and runs; see `StudyDatabase`
///     space.yaml        the document as it was run
///     provenance.json   version, seed, device, libraries, runs
///     latency.json      the latency model or table, where candidates are proposed during the study
///     pareto.json       the front and all members, once the study is complete
///     pareto.csv, front.svg, report.html, configs/, weights/, states/, charts/
struct StudyFiles {
  static let database = "study.sqlite"
  static let document = "space.yaml"
  static let provenance = "provenance.json"
  static let front = "pareto.json"
  static let latencies = "latency.json"

  /// Files beside the database, those of older versions included.
  private static let plain = [
    "provenance.json", "pareto.json", "pareto.csv", "front.svg", "report.html", "latency.json", "plan.json",
    "trials.jsonl",
  ]
  /// Folders, and how the names of a study's files in them end.
  private static let folders = [
    ("configs", ".json"), ("weights", ".safetensors"), ("states", ".safetensors"), ("charts", ".json"),
  ]

  let path: String

  /// The path of an entry.
  func callAsFunction(_ name: String) -> String { path + "/" + name }

  func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: self(name)) }

  /// Whether versions of nvit that kept trials in a text file made the study.
  var isOlder: Bool { !exists(StudyFiles.database) && (exists("plan.json") || exists("trials.jsonl")) }

  /// Whether the folder holds a study, of this version or an older one, or what is left of one.
  var isStudy: Bool { [StudyFiles.database, StudyFiles.document, "plan.json"].contains { exists($0) } }

  /// Names in a folder, sorted; none where it cannot be read.
  func list(_ folder: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: self(folder))) ?? []).sorted()
  }

  func makeFolder(_ name: String) throws(FileError) {
    guard mkdir(self(name), 0o755) == 0 || errno == EEXIST else {
      throw FileError(.cannotCreate, path: self(name), errno: errno)
    }
  }

  /// - Throws: `FileError` when the file is there and stays.
  func remove(_ name: String) throws(FileError) {
    guard unlink(self(name)) == 0 || errno == ENOENT else {
      throw FileError(.cannotWrite, path: self(name), errno: errno)
    }
  }

  /// Removes every file of a study, those of older versions included, and nothing else.
  ///
  /// - Parameter keepsDocument: Whether `space.yaml` stays, which tells that the folder is a study's.
  func removeAll(keepsDocument: Bool = false) throws(FileError) {
    // The database goes first: without it, what is left is no study that could be resumed. Its log goes too, since a
    // new database must not find it.
    let database = ["", "-wal", "-shm", "-journal"].map { StudyFiles.database + $0 }
    try removePartial()
    let files =
      StudyFiles.plain
      + StudyFiles.folders.flatMap { folder, ending in
        list(folder).filter { $0.hasSuffix(ending) }.map { "\(folder)/\($0)" }
      }
    for name in database + files { try remove(name) }
    if !keepsDocument { try remove(StudyFiles.document) }
  }

  /// Removes files that a killed process had not finished writing.
  func removePartial() throws(FileError) {
    let folders = ["."] + StudyFiles.folders.map(\.0)
    for folder in folders {
      for name in list(folder) where name.hasSuffix(".partial") || name.hasSuffix(".partial-journal") {
        try remove("\(folder)/\(name)")
      }
    }
  }

  /// Removes the folders of a study where they are empty.
  func removeEmptyFolders() {
    for (folder, _) in StudyFiles.folders { rmdir(self(folder)) }
  }
}
