import Foundation
import RunTestSupport
import TestSupport
import Testing
import ViTFiles
import ViTLatency
import ViTRuns

@Suite struct `Latency files` {
  private let folder = TemporaryFolder()

  private var quickstart: String {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("search-spaces/quickstart.yaml").path
  }

  /// Two points on each axis and a time of one second everywhere, so a model takes one second for each block.
  private func writeTable() throws -> String {
    var lines = ["embedding,heads,query_key,value,mlp_hidden,seconds"]
    for embedding in [1, 512] {
      for heads in [1, 64] {
        for queryKey in [1, 64] {
          for value in [1, 64] {
            for hidden in [0, 4096] { lines.append("\(embedding),\(heads),\(queryKey),\(value),\(hidden),1") }
          }
        }
      }
    }
    try AtomicFile.write(lines.joined(separator: "\n"), to: folder("table.csv"))
    return folder("table.csv")
  }

  @Test func `Importing makes a table that predictions use`() throws {
    let imported = try LatencyImport(
      LatencyImport.Settings(table: writeTable(), device: "X", batchSize: 64, to: folder("new/table.json"))
    ).run()
    #expect(imported.points == 32 && imported.path == folder("new/table.json"))
    var prediction = LatencyPrediction.Settings(file: quickstart)
    prediction.latencyModel = imported.path
    let rows = try LatencyPrediction(prediction).run()
    let baseline = try #require(rows.first { $0.name == "deit-64" })
    // Interpolation weights sum to one but for rounding.
    #expect(abs(baseline.latency.seconds - baseline.latency.seconds.rounded()) < 1e-9 && baseline.latency.seconds >= 6)
    let text = LatencyPrediction.text(rows)
    #expect(text.split(separator: "\n").count == rows.count && text.contains(" ms\n"))
  }

  @Test func `A table that is none says where`() throws {
    try AtomicFile.write("{\"EMB_1\": 3}", to: folder("bad.json"))
    let bad = expectError(FileError.self, "bad.json: EMB_1, offset") {
      try LatencyImport(
        LatencyImport.Settings(table: folder("bad.json"), device: "X", batchSize: 1, to: folder("out.json"))
      ).run()
    }
    #expect(bad?.code == .malformed && !FileManager.default.fileExists(atPath: folder("out.json")))
  }

  @Test func `A model is measured, checked, and not replaced unless asked`() throws {
    let search = TinySearch()
    // With members enough that some are left to check.
    let space = try search.space(
      replacing: "embedding: {choices: [8, 16]}", with: "embedding: {from: 8, through: 64, step: 4}")
    var measuring = LatencyMeasureRun.Settings(space: space)
    measuring.file = folder("new/model.json")
    let stopped = RunWitness(stopping: "measuring")
    #expect(throws: CancellationError.self) { try LatencyMeasureRun(measuring).run(stopped.observer) }
    #expect(!FileManager.default.fileExists(atPath: folder("new")))
    let outcome = try LatencyMeasureRun(measuring).run()
    #expect(outcome.model.conditions.batchSize == 4 && outcome.text.contains("batch 4, 1 threads"))
    #expect(try LatencyFile(contentsOf: outcome.path) == .model(outcome.model))
    let again = expectError(FileError.self, "--overwrite") { try LatencyMeasureRun(measuring).run() }
    #expect(again?.code == .alreadyExists)

    var validating = LatencyValidateRun.Settings(space: space)
    validating.latencyModel = outcome.path
    validating.count = 2
    validating.budgetSeconds = 0.1
    let validation = try LatencyValidateRun(validating).run()
    #expect(LatencyValidateRun.text(validation).contains("mean absolute error   "))
    validating.latencyModel = try search.table()
    expectError(LatencyError.self, "only a measured model") { try LatencyValidateRun(validating).run() }
  }

  @Test func `Files that are none are refused by name`() throws {
    let search = TinySearch()
    let space = try search.space()
    var measuring = LatencyMeasureRun.Settings(space: space)
    measuring.file = space
    let exists = expectError(FileError.self, "--overwrite") { try LatencyMeasureRun(measuring).run() }
    #expect(exists?.code == .alreadyExists)
    var predicting = LatencyPrediction.Settings(file: space)
    predicting.latencyModel = space
    let damaged = expectError(FileError.self, "space.yaml") { try LatencyPrediction(predicting).run() }
    #expect(damaged?.code == .malformed)
  }
}
