internal import Foundation

/// Names of a study's files within its folder, and what they tell. `RunLayout.explore` lists all of them.
///
///     study.sqlite      plan, members, trials, latencies, front and runs; see `StudyDatabase`
///     space.yaml        the document as it was run
///     provenance.json   version, seed, device, libraries, digests, runs
///     latency.json      the latency model or table, where candidates are proposed during the study
///     pareto.json       the front and all members, once the study is complete
///     pareto.csv, front.svg, report.html, configs/, weights/, states/, charts/
enum StudyFiles {
  static let database = "study.sqlite"
  static let document = "space.yaml"
  static let front = "pareto.json"
  static let latencies = "latency.json"

  static func exist(_ name: String, in folder: String) -> Bool {
    FileManager.default.fileExists(atPath: "\(folder)/\(name)")
  }

  /// Whether versions of nvit that kept trials in a text file made the study.
  static func areOlder(in folder: String) -> Bool {
    !exist(database, in: folder) && (exist("plan.json", in: folder) || exist("trials.jsonl", in: folder))
  }
}
