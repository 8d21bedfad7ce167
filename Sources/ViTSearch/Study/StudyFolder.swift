internal import Foundation
internal import ViTArchitecture
public import ViTFiles

/// A study's folder on disk, held by this process until the value goes away.
///
///     space.yaml        the document as it was run
///     plan.json         members, targets and seeds, fixed before the first training
///     provenance.json   version, seed, device, libraries, runs
///     trials.jsonl      every finished trial
///     pareto.json       the front and all members; its presence says that the study is complete
///     report.html       shows all of it; charts/ has the specifications of its charts
///     pareto.csv, front.svg, configs/, weights/
public final class StudyFolder: Sendable {
  public let path: String
  private let lock: FolderLock
  /// The folders that were made for it; nil for one that existed.
  private let new: NewFolders?

  private init(path: String, lock: FolderLock, new: NewFolders?) {
    self.path = path
    self.lock = lock
    self.new = new
  }

  private static let files = [
    "space.yaml", "plan.json", "provenance.json", "trials.jsonl", "pareto.json", "pareto.csv", "front.svg",
    "report.html",
  ]

  /// The path of an entry.
  public func callAsFunction(_ name: String) -> String { path + "/" + name }

  // MARK: Opening

  /// Makes the folder of a new study, or takes an existing empty one. Nothing in it is touched before `begin`.
  ///
  /// - Parameter overwrite: Allows a folder that holds a study. Any other folder with content is refused.
  /// - Throws: `FileError` when the folder has content that may not be overwritten, or cannot be made or written;
  ///   `SearchError` when another process works in it.
  public static func create(at path: String, overwrite: Bool) throws -> StudyFolder {
    let exists = FileManager.default.fileExists(atPath: path)
    if exists { try check(path, overwrite: overwrite) }
    let folders = try NewFolders(at: path)
    let lock = try FolderLock(path: path)
    // Again, since another process may have worked in it before the lock was taken.
    try check(path, overwrite: overwrite)
    return StudyFolder(path: path, lock: lock, new: exists ? nil : folders)
  }

  private static func check(_ path: String, overwrite: Bool) throws(FileError) {
    let content: [String]
    do {
      content = try FileManager.default.contentsOfDirectory(atPath: path)
    } catch {
      throw FileError(.cannotCreate, path: path, reason: "it exists and is not a readable folder")
    }
    guard !content.isEmpty else { return }
    guard content.contains("space.yaml") || content.contains("plan.json") else {
      throw FileError(
        .alreadyExists, path: path, reason: "the folder has content that is not a study; choose another with --to")
    }
    guard overwrite else {
      throw FileError(
        .alreadyExists, path: path,
        reason:
          "the folder holds a study; go on with --resume, choose another with --to, or replace it with --overwrite"
      )
    }
  }

  /// Opens the folder of a study that was started with the same document.
  ///
  /// - Throws: `SearchError` when there is no such study, when it was started with another document (the difference is
  ///   shown), or when another process works on it; `FileError` when a file is not what it should be.
  public static func resume(at path: String, documentText: String) throws -> (folder: StudyFolder, plan: StudyPlan) {
    guard FileManager.default.fileExists(atPath: path + "/plan.json") else {
      throw SearchError(
        .noStudy, "there is no study to resume in \(path): no plan.json; start it without --resume")
    }
    let folder = StudyFolder(path: path, lock: try FolderLock(path: path), new: nil)
    let started = try FileContents.readText(folder("space.yaml"))
    guard started == documentText else {
      throw SearchError(
        .spaceChanged,
        """
        the space differs from the one that the study in \(path) was started with; undo the change, or start anew \
        with --to or --overwrite (- then, + now):
        \(DocumentDifference.text(from: started, to: documentText))
        """)
    }
    return (folder, try StudyPlan(contentsOf: folder("plan.json")))
  }

  /// Removes the files of the study that is being overwritten and writes those of the new one; the plan comes last.
  public func begin(_ plan: StudyPlan, documentText: String, provenance: Provenance) throws {
    try clear()
    try makeFolder("configs")
    if plan.trains { try makeFolder("weights") }
    try AtomicFile.write(documentText, to: self("space.yaml"))
    try write(provenance)
    try AtomicFile.write(try plan.json(), to: self("plan.json"))
  }

  /// Removes a folder that `create` made, with whatever a failed `begin` left in it, unless a study has begun.
  public func discardIfUnused() {
    guard let new, !FileManager.default.fileExists(atPath: self("plan.json")) else { return }
    try? clear()
    for name in ["/configs", "/weights", "/charts"] { rmdir(path + name) }
    new.removeEmpty()
  }

  // MARK: Content

  public func store() throws(FileError) -> JSONLinesTrialStore { try JSONLinesTrialStore(path: self("trials.jsonl")) }

  public func provenance() throws(FileError) -> Provenance {
    try JSONDocument.read(Provenance.self, path: self("provenance.json"))
  }

  public func write(_ provenance: Provenance) throws(FileError) {
    try AtomicFile.write(
      try JSONDocument.text(provenance, named: self("provenance.json")), to: self("provenance.json"))
  }

  /// The outcome, or nil while the study is not complete.
  public func front() throws(FileError) -> FrontDocument? {
    guard FileManager.default.fileExists(atPath: self("pareto.json")) else { return nil }
    return try FrontDocument(contentsOf: self("pareto.json"))
  }

  /// Writes the outcome: configurations, the given renderings, and `pareto.json` last; then drops the weights of
  /// trials that represent no member of the front.
  ///
  /// - Parameter renderings: Further files by name, such as the picture; those in the folder `charts` begin with it.
  public func finish(_ front: FrontDocument, renderings: [String: String]) throws {
    try makeFolder("configs")
    for entry in front.entries {
      guard let name = entry.configFile else { continue }
      try AtomicFile.write(entry.architecture.canonicalJSON + "\n", to: self(name))
    }
    if renderings.keys.contains(where: { $0.hasPrefix("charts/") }) { try makeFolder("charts") }
    for (name, text) in renderings.sorted(by: { $0.key < $1.key }) { try AtomicFile.write(text, to: self(name)) }
    try AtomicFile.write(try front.json(), to: self("pareto.json"))
    try dropWeights(except: front)
  }

  /// Drops the weights that `front` does not name; safe to repeat.
  public func dropWeights(except front: FrontDocument) throws(FileError) {
    let kept = Set(front.entries.compactMap(\.weightsFile))
    for name in list("weights") where name.hasSuffix(".safetensors") && !kept.contains("weights/\(name)") {
      try remove("weights/\(name)")
    }
  }

  private func clear() throws(FileError) {
    // The plan goes first: without it, what is left is no study that could be resumed.
    let configs = list("configs").filter { $0.hasSuffix(".json") }.map { "configs/\($0)" }
    let weights = list("weights").filter { $0.hasSuffix(".safetensors") }.map { "weights/\($0)" }
    let charts = list("charts").filter { $0.hasSuffix(".vl.json") }.map { "charts/\($0)" }
    for name in ["plan.json"] + StudyFolder.files + configs + weights + charts { try remove(name) }
  }

  private func remove(_ name: String) throws(FileError) {
    guard unlink(self(name)) == 0 || errno == ENOENT else {
      throw FileError(.cannotWrite, path: self(name), errno: errno)
    }
  }

  private func list(_ folder: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: self(folder))) ?? []).sorted()
  }

  private func makeFolder(_ name: String) throws(FileError) {
    guard mkdir(self(name), 0o755) == 0 || errno == EEXIST else {
      throw FileError(.cannotCreate, path: self(name), errno: errno)
    }
  }
}
