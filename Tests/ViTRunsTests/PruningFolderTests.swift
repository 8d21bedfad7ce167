import Foundation
import TestSupport
import Testing
import ViTArchitecture
import ViTFiles
import ViTLatency
import ViTPruning
import ViTRuns
import ViTStorage
import ViTTraining

@Suite struct `A pruning run's folder` {
  private let folder = TemporaryFolder()
  private let dense = ModelWeights(
    Architecture(
      imageSize: 8, channels: 1, patchSize: 4, classCount: 3, embedding: 8, attentionScale: .fixed(0.4),
      blocks: [.init(heads: 2, queryKey: 4, value: 4, mlpHidden: 12)]), seed: 1)

  private func start() throws -> PruningFolder {
    let table = try LatencyTable(
      importing: "embedding,heads,query_key,value,mlp_hidden,seconds\n8,1,1,1,8,0.1\n", format: .csv,
      conditions: LatencyConditions(
        device: "none", engine: "none", batchSize: 1, threads: 1, precision: "float32", date: ""))
    let description = PruningDescription(
      name: "dense",
      settings: PruningSettings(
        targets: [ResolvedTarget(label: "0.5x", seconds: 0.25)], groups: GroupSettings(for: dense.architecture),
        divisors: SaliencyDivisors(depth: 1), recipe: TrainingRecipe()),
      digests: InputDigests([.dense: dense.digest]))
    let held = try RunFolder(starting: folder("run"), as: .prune, overwrite: false)
    return try PruningFolder.start(in: held, description, latency: .table(table))
  }

  private func open() throws -> PruningFolder {
    try PruningFolder.open(try RunFolder(resuming: folder("run"), as: .prune))
  }

  private func state(intervals: Int, _ settings: PruningSettings) -> PruningState {
    var state = PruningState(dense: dense, settings: settings)
    state.training.weights.setValues(of: "head.bias", to: [Float(intervals), 0, 0])
    state.progress.intervals = intervals
    return state
  }

  @Test func `gives back what was saved, the last of several`() throws {
    var description: PruningDescription?
    do {
      let run = try start()
      description = run.description
      #expect(RunLayout.prune.holdsRun(folder("run")))
      #expect(try run.state(dense: dense.architecture) == nil)
      for intervals in 1...3 { try run.save(state(intervals: intervals, run.description.settings)) }
    }
    let again = try open()
    #expect(again.description == description)
    let found = try #require(try again.state(dense: dense.architecture))
    #expect(found.progress.intervals == 3 && found.weights.values(of: "head.bias") == [3, 0, 0])
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder("run/state")).count == 2)
    // Another dense model's state is refused.
    let other = Architecture(
      imageSize: 8, channels: 1, patchSize: 4, classCount: 3, embedding: 8, attentionScale: .fixed(0.4),
      blocks: [.init(heads: 2, queryKey: 4, value: 4, mlpHidden: 11)])
    #expect(throws: FileError.self) { try again.state(dense: other) }
    try again.finish()
    #expect(!FileManager.default.fileExists(atPath: folder("run/state")))
  }

  @Test func `says what is missing or damaged`() throws {
    #expect(throws: FileError.self) { try open() }
    do {
      let run = try start()
      try run.save(state(intervals: 1, run.description.settings))
    }
    for name in ["state/weights-1.safetensors", "state/state.json", "latency.json", "run.json"] {
      try AtomicFile.write("{\"schema\": 1", to: folder("run/\(name)"))
      let error = #expect(throws: FileError.self) { _ = try open().state(dense: dense.architecture) }
      #expect(error?.path.hasSuffix(name) == true)
    }
  }
}
