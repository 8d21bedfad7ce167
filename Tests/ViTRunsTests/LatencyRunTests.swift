import Foundation
import RunTestSupport
import TestSupport
import Testing
import ViTArchitecture
import ViTFiles
import ViTLatency
import ViTNumerics
import ViTRuns
import ViTSearch

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

  /// A space of one network or two has their latency, and that of no other.
  @Test(arguments: [false, true])
  func `A space of one or two networks is measured`(hasBaseline: Bool) throws {
    let search = TinySearch()
    var document = try FileContents.readText(
      try search.space(
        replacing:
          "embedding: {choices: [8, 16]}}\nrule: {heads: {choices: [1, 2]}, query-key: 4, value: 8, mlp-hidden: {base: {choices: [1E, 2E]}}}",
        with: "embedding: 8}\nrule: {heads: 1, query-key: 4, value: 8, mlp-hidden: 2E}"))
    if !hasBaseline {
      document = document.replacing(
        "baselines: [{name: base, embedding: 16, depth: 2, heads: 2, query-key: 8, value: 8}]\n", with: ""
      )
      .replacing("targets: [0.7x base]\n", with: "targets: [1s]\n")
    }
    let space = search.folder("fixed.yaml")
    try AtomicFile.write(document, to: space)
    var measuring = LatencyMeasureRun.Settings(space: space)
    measuring.file = folder("model.json")
    let outcome = try LatencyMeasureRun(measuring).run()
    #expect(outcome.model.measurements.count == (hasBaseline ? 2 : 1))
    #expect(outcome.text.contains(" ms") && outcome.text.contains("too few networks for a model of others"))
    var predicting = LatencyPrediction.Settings(file: space)
    predicting.latencyModel = outcome.path
    let rows = try LatencyPrediction(predicting).run()
    #expect(rows.map(\.latency.seconds) == outcome.model.measurements.map(\.record.seconds))
    #expect(rows.map(\.name) == (hasBaseline ? ["base", "tiny"] : ["tiny"]))
    // Of what was measured by its architecture alone, and of another.
    var architecture = outcome.model.measurements[0].architecture
    try AtomicFile.write(architecture.canonicalJSON, to: folder("architecture.json"))
    predicting.file = folder("architecture.json")
    #expect(
      try LatencyPrediction(predicting).run().map(\.latency.seconds) == [outcome.model.measurements[0].record.seconds])
    architecture.blocks.removeLast()
    try AtomicFile.write(architecture.canonicalJSON, to: folder("architecture.json"))
    expectError(LatencyError.self, "could be measured, too few for a model of others") {
      try LatencyPrediction(predicting).run()
    }
    var validating = LatencyValidateRun.Settings(space: space)
    validating.latencyModel = outcome.path
    expectError(LatencyError.self, "none is left to check") { try LatencyValidateRun(validating).run() }
  }

  @Test func `A constraint that nothing meets is named, though only the baselines can be measured`() async throws {
    let search = TinySearch()
    let space = try search.space(
      replacing: "targets:",
      with: """
        constraints: {parameters: {max: 1k}}
        targets:
        """)
    var settings = try search.settings(space)
    settings.latencyModel = nil
    await expectAsyncError(SearchError.self, "parameters at most 1k: excludes") {
      _ = try await ExploreRun(settings).run(.none)
    }
  }
}
