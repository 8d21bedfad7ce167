internal import Foundation
package import TestSupport
internal import ViTFiles
package import ViTRuns

/// A tiny dense model over a data set of 60 images, and a table to prune it by, in a folder of its own.
package final class TinyDense {
  package let folder = TemporaryFolder()

  package init() {}

  /// Writes the document of the model. Returns its path.
  @discardableResult package func space(
    latency: String = "{batch-size: 4, threads: 1, budget-seconds: 0.2}"
  ) throws -> String {
    try NoiseImages.write(to: folder)
    try AtomicFile.write(
      """
      nvit: 1
      name: tiny
      architecture: {image-size: 28, channels: 1, patch-size: 14, classes: 10, depth: 2, embedding: 16}
      rule: {heads: 2, query-key: 8, value: 8, mlp-hidden: 2E}
      dataset: {format: idx, path: data, validation-count: 20}
      recipe: {epochs: 1, batch-size: 8, warmup-epochs: 0, learning-rate: 0.001}
      latency: \(latency)

      """, to: folder("space.yaml"))
    return folder("space.yaml")
  }

  /// Trains the model. Returns its folder.
  @discardableResult package func train(
    latency: String = "{batch-size: 4, threads: 1, budget-seconds: 0.2}", seed: UInt64 = 0,
    _ existing: ExistingResults = .keep
  ) throws -> String {
    var settings = TrainRun.Settings(source: try space(latency: latency))
    settings.folder = folder("dense")
    settings.threads = 1
    settings.seed = seed
    settings.existing = existing
    _ = try TrainRun(settings).run()
    return folder("dense")
  }

  /// A table of a complete grid, so that no test has to measure. Returns its path.
  @discardableResult package func table(_ name: String = "table", smallestEmbedding: Int = 1) throws -> String {
    var lines = ["embedding,heads,query_key,value,mlp_hidden,seconds"]
    for e in [smallestEmbedding, 16] {
      for h in [1, 2] {
        for q in [1, 8] {
          for v in [1, 8] {
            for m in [1, 32] {
              lines.append("\(e),\(h),\(q),\(v),\(m),\(Double(20 + e * (h * (2 * q + v) + m)) * 1e-7)")
            }
          }
        }
      }
    }
    try AtomicFile.write(lines.joined(separator: "\n") + "\n", to: folder("\(name).csv"))
    var settings = LatencyImport.Settings(
      table: folder("\(name).csv"), device: "Elsewhere 9000", batchSize: 4, to: folder("\(name).json"))
    settings.overwrite = true
    return try LatencyImport(settings).run().path
  }

  /// What prunes the model into `out/run`, changed.
  package func settings(
    _ targets: [String] = ["0.8x", "0.5x"], _ change: (inout PruneRun.Settings) -> Void = { _ in }
  ) throws -> PruneRun.Settings {
    var settings = PruneRun.Settings(dense: folder("dense"), targets: targets, to: folder("out/run"))
    settings.latencyModel = try table()
    settings.threads = 1
    settings.interval = 2
    settings.groupsPerStep = 8
    change(&settings)
    return settings
  }

  @discardableResult package func prune(
    _ targets: [String] = ["0.8x", "0.5x"], observer: RunObserver = .none,
    _ change: (inout PruneRun.Settings) -> Void = { _ in }
  ) throws -> PruneRun.Outcome {
    try PruneRun(settings(targets, change)).run(observer)
  }

  package func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: folder(name)) }
}
