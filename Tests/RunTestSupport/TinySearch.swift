internal import Foundation
package import TestSupport
internal import ViTFiles
package import ViTRuns

/// A search over random images that takes a second, in a folder of its own.
package final class TinySearch: Sendable {
  package let folder = TemporaryFolder()

  package init() {}

  /// A space of 32 tiny members over a data set of 60 images, 28 pixels wide.
  package func space(
    _ name: String = "space.yaml", replacing old: String = "", with new: String = ""
  ) throws -> String {
    let text = """
      nvit: 1
      name: tiny
      architecture: {image-size: 28, channels: 1, patch-size: 14, classes: 10, depth: 2, embedding: {choices: [8, 16]}}
      rule: {heads: {choices: [1, 2]}, query-key: 4, value: 8, mlp-hidden: {base: {choices: [1E, 2E]}}}
      baselines: [{name: base, embedding: 16, depth: 2, heads: 2, query-key: 8, value: 8}]
      targets: [0.7x base]
      dataset: {format: idx, path: data, validation-count: 20}
      recipe: {epochs: 1, batch-size: 8, warmup-epochs: 0, learning-rate: 0.001, epsilon: 0.000001}
      latency: {batch-size: 4, threads: 1, budget-seconds: 0.2}
      search: {draws: 64, candidates-per-target: 1, seeds: 1, tolerance: 1}

      """
    precondition(old.isEmpty || text.contains(old), "the space has no \(old)")
    try NoiseImages.write(to: folder)
    try AtomicFile.write(old.isEmpty ? text : text.replacing(old, with: new), to: folder(name))
    return folder(name)
  }

  /// The space with more in its section "search", such as "rungs: [3/5, 1]".
  package func space(searching section: String, candidates: Int = 1, seeds: Int = 1) throws -> String {
    try space(
      replacing: "search: {draws: 64, candidates-per-target: 1, seeds: 1,",
      with: """
        search: {draws: 64, candidates-per-target: \(candidates), seeds: \(seeds),\(section.isEmpty ? "" : " \(section),")
        """)
  }

  /// A table of a complete grid, so that no test has to measure.
  package func table() throws -> String {
    guard !FileManager.default.fileExists(atPath: folder("table.json")) else { return folder("table.json") }
    var lines = ["embedding,heads,query_key,value,mlp_hidden,seconds"]
    for e in [8, 16] {
      for h in [1, 2] {
        for q in [4, 8] {
          for m in [8, 64] { lines.append("\(e),\(h),\(q),8,\(m),\(Double(e * (h * (2 * q + 16) + 2 * m)) * 1e-9)") }
        }
      }
    }
    try AtomicFile.write(lines.joined(separator: "\n") + "\n", to: folder("table.csv"))
    let table = LatencyImport.Settings(
      table: folder("table.csv"), device: "none", batchSize: 4, to: folder("table.json"))
    return try LatencyImport(table).run().path
  }

  /// What explores a space into a study folder.
  package func settings(
    _ space: String, to study: String = "out/study", jobs: Int = 2, _ existing: ExistingResults = .keep
  ) throws -> ExploreRun.Settings {
    var settings = ExploreRun.Settings(space: space)
    settings.folder = folder(study)
    settings.latencyModel = try table()
    settings.jobs = jobs
    settings.threads = 2
    settings.existing = existing
    return settings
  }

  /// The same as arguments of the program.
  package func arguments(
    _ space: String, to study: String = "out/study", jobs: Int = 2, _ existing: ExistingResults = .keep
  ) throws -> [String] {
    try settings(space, to: study, jobs: jobs, existing).commandLine
  }

  /// Explores a space into a study folder.
  @discardableResult package func explore(
    _ space: String, to study: String = "out/study", _ existing: ExistingResults = .keep,
    _ observer: RunObserver = .none
  ) async throws -> ExploreRun.Outcome {
    try await ExploreRun(settings(space, to: study, existing)).run(observer)
  }

  package func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: folder(name)) }
}
