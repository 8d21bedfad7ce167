internal import Foundation
internal import GRDB
package import ViTFiles
internal import ViTSearch

/// What a list of studies says of one.
package struct StudySummary: Hashable, Sendable, Encodable {
  package enum State: String, Hashable, Sendable, Encodable {
    /// It has a front.
    case complete
    /// A process works on it.
    case running
    /// It was stopped, or killed, and can be resumed.
    case unfinished
    /// Made by a version of nvit that kept trials in a text file.
    case older
    /// Its database cannot be read.
    case damaged
  }

  package var folder: String
  package var state: State
  /// Why it cannot be read; nil where it can.
  package var problem: String?
  package var name: String?
  /// ISO 8601; nil where it cannot be read.
  package var created: String?
  package var device: String?
  package var members = 0
  package var finishedTrials = 0
  package var failedTrials = 0
  /// Trials that were begun and have not finished.
  package var openTrials = 0
  /// Trials that were begun more than once, after a crash or a stop.
  package var repeatedTrials = 0
  /// What all its runs have taken.
  package var seconds = 0.0
  /// Members on the front.
  package var frontSize: Int?
  /// Highest mean validation accuracy of a member that the outcome reports; without an outcome, of any.
  package var bestAccuracy: Double?
  /// Of the front, over the study's own range of latencies; 0 where it has none.
  package var hypervolume: Double?

  private enum CodingKeys: String, SnakeCaseKey {
    case folder, state, problem, name, created, device, members, finishedTrials, failedTrials, openTrials
    case repeatedTrials, seconds, frontSize, bestAccuracy, hypervolume
  }
}

extension StudySummary {
  /// Summarises the study in a folder, whatever state it is in.
  package init(folder: String) {
    self.init(folder: folder, state: .older)
    guard !StudyFiles.areOlder(in: folder) else { return }
    do {
      self = try StudySummary(StudyDatabase(readOnly: "\(folder)/\(StudyFiles.database)"), folder: folder)
    } catch {
      state = .damaged
      problem = "\(error)"
    }
  }

  package init(_ database: StudyDatabase, folder: String) throws(FileError) {
    self.init(folder: folder, state: .unfinished)
    name = try database.fact(.name)
    created = try database.fact(.created)
    device = try database.fact(.device)
    seconds = try database.elapsedSeconds()
    let row = try database.read { database in
      try Row.fetchOne(
        database,
        sql: """
          SELECT (SELECT count(*) FROM members) AS members,
            count(*) FILTER (WHERE state <> 'begun') AS finished, count(*) FILTER (WHERE state = 'failed') AS failed,
            count(*) FILTER (WHERE state = 'begun') AS open, count(*) FILTER (WHERE attempts > 1) AS repeated,
            coalesce(
              (SELECT max(accuracy) FROM front_members WHERE front = (SELECT max(id) FROM fronts)),
              (SELECT max(accuracy) FROM leaderboard)) AS best,
            (SELECT hypervolume FROM fronts ORDER BY id DESC LIMIT 1) AS hypervolume,
            (SELECT sum(on_front) FROM front_members WHERE front = (SELECT max(id) FROM fronts)) AS front_size
          FROM trials
          """)
    }
    if let row {
      let reader = RowReader(row: row, table: "trials", path: database.path)
      members = Int(try reader.integer("members"))
      finishedTrials = Int(try reader.integer("finished"))
      failedTrials = Int(try reader.integer("failed"))
      openTrials = Int(try reader.integer("open"))
      repeatedTrials = Int(try reader.integer("repeated"))
      bestAccuracy = try reader.number("best")
      hypervolume = try reader.number("hypervolume")
      frontSize = try reader.optionalInteger("front_size").map { Int($0) }
    }
    if FolderLock.isHeld(folder) {
      state = .running
    } else if hypervolume != nil {
      state = .complete
    }
  }

  /// Summarises the studies right below a folder, and the folder itself if it is one; by name.
  ///
  /// - Throws: `FileError` when the folder cannot be read.
  package static func all(below path: String) throws(FileError) -> [StudySummary] {
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: path).sorted()
    } catch {
      var isFolder: ObjCBool = false
      let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
      throw FileError(
        exists ? .cannotRead : .notFound, path: path,
        reason: exists ? "it is not a readable folder" : "no such folder")
    }
    let folders = [path] + names.map { path.hasSuffix("/") ? path + $0 : "\(path)/\($0)" }
    return folders.filter { StudyFiles.exist(StudyFiles.database, in: $0) || StudyFiles.areOlder(in: $0) }
      .map { StudySummary(folder: $0) }
  }
}
