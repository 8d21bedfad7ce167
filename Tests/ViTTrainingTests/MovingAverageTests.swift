import Foundation
import TestSupport
import Testing
import TrainingTestSupport
import ViTArchitecture
import ViTFiles
import ViTKernels
import ViTTraining

@Suite struct `The moving average of the weights` {
  private let architecture = Architecture.small()

  private func engine(_ decay: Double?, from state: TrainingState? = nil) -> TrainingEngine {
    TrainingEngine(
      resuming: state ?? TrainingState(startingFrom: .lively(architecture, seed: 1)), batchSize: 4,
      terms: LossTerms(classHead: .init(targets: 1)), threads: 1, options: .init(emaDecay: decay))
  }

  /// The weights after each of `steps` updates, one list for each.
  private func seen(_ engine: TrainingEngine, steps: Int) -> [[Float]] {
    let batch = TrainingEngine.Batch.random(architecture, count: 4)
    return (0..<steps).map { _ in
      #expect(engine.step(batch, .init(learningRate: 1e-2)).isFinite)
      return engine.weights.allValues.flatMap { $0 }
    }
  }

  private func difference(_ found: ModelWeights, _ shares: [Double], _ seen: [[Float]]) -> Double {
    let total = shares.reduce(0, +)
    var (worst, largest) = (0.0, 0.0)
    for (index, value) in found.allValues.flatMap({ $0 }).enumerated() {
      let mean = zip(shares, seen).reduce(0) { $0 + $1.0 * Double($1.1[index]) } / total
      worst = max(worst, abs(Double(value) - mean))
      largest = max(largest, abs(mean))
    }
    return worst / largest
  }

  /// Each update rounds the average three times, by 6e-8 of it.
  private func tolerance(_ steps: Int) -> Double { 3 * 6e-8 * Double(steps) }

  @Test(arguments: [1, 2, 7, 40])
  func `While it warms up, update t counts as t (t + 1) … (t + 7)`(steps: Int) {
    let engine = engine(0.9999)
    let seen = seen(engine, steps: steps)
    let shares = (1...steps).map { update in (update...update + 7).reduce(1.0) { $0 * Double($1) } }
    #expect(difference(engine.averagedWeights(), shares, seen) < tolerance(steps))
  }

  @Test(arguments: [0.5, 0.8])
  func `Once warm, each update before counts by the decay less`(decay: Double) {
    // (t - 1) / (t + 8) reaches 0.5 with update 10 and 0.8 with update 37.
    let warm = decay == 0.5 ? 10 : 37
    let steps = warm + 12
    let engine = engine(decay)
    let seen = seen(engine, steps: steps)
    var shares = (1...warm).map { update in (update...update + 7).reduce(1.0) { $0 * Double($1) } }
    let sum = shares.reduce(0, +)
    shares = shares.map { $0 / sum }
    for _ in warm..<steps { shares = shares.map { $0 * decay } + [1 - decay] }
    #expect(abs(shares.reduce(0, +) - 1) < 1e-12)
    #expect(difference(engine.averagedWeights(), shares, seen) < tolerance(steps))
  }

  @Test(arguments: [0.3, 0.9, 0.99996, 0.999999])
  func `The weights before the first update have no part in it`(decay: Double) {
    let engine = engine(decay)
    _ = seen(engine, steps: 1)
    #expect(engine.averagedWeights().bitPatterns == engine.weights.bitPatterns)
  }

  @Test func `An average that begins in the middle is one of the updates from there on`() {
    let first = engine(nil)
    _ = seen(first, steps: 5)
    #expect(first.state.average == nil)
    let second = engine(0.9999, from: first.state)
    let seen = seen(second, steps: 3)
    #expect(second.stepCount == 8 && second.state.average?.updates == 3)
    #expect(difference(second.averagedWeights(), [40_320, 362_880, 1_814_400], seen) < tolerance(3))
  }

  @Test func `A state through a file goes on with the average as if nothing had been`() throws {
    let folder = TemporaryFolder()
    let whole = engine(0.7)
    _ = seen(whole, steps: 9)
    let part = engine(0.7)
    _ = seen(part, steps: 4)
    try part.state.write(to: folder("state"))
    let rest = engine(0.7, from: try TrainingState(contentsOf: folder("state")))
    _ = seen(rest, steps: 5)
    #expect(rest.averagedWeights().bitPatterns == whole.averagedWeights().bitPatterns)
  }

  /// What version 0.1 wrote, made of a new file by its metadata.
  private func writeEarlier(_ state: TrainingState, to path: String, schema: String, averaged: String?) throws {
    try state.write(to: path)
    let file = try SafeTensorsFile(contentsOf: path)
    var metadata = file.metadata
    metadata["schema"] = schema
    metadata["averaged_updates"] = averaged
    let tensors = try file.tensors.map { tensor in
      let values = try file.floats(tensor.name)
      return SafeTensorsFile.NewTensor(tensor.name, shape: tensor.shape, values: values)
    }
    try SafeTensorsFile.write(tensors: tensors, metadata: metadata, to: path)
  }

  @Test func `States of the earlier schema are read without an average and refused with one`() throws {
    let folder = TemporaryFolder()
    for decay in [nil, 0.9] as [Double?] {
      let engine = engine(decay)
      _ = seen(engine, steps: 2)
      try writeEarlier(engine.state, to: folder("state"), schema: "nvit.training-state/1", averaged: nil)
      guard decay != nil else {
        let read = try TrainingState(contentsOf: folder("state"))
        #expect(read.updates == 2 && read.weights.bitPatterns == engine.weights.bitPatterns)
        continue
      }
      let error = #expect(throws: FileError.self) { try TrainingState(contentsOf: folder("state")) }
      #expect(error?.code == .malformed)
      #expect(error?.reason.contains("begin it anew") == true)
    }
  }

  @Test(arguments: [nil, "-1", "3", "two"])
  func `An average of a number of updates that cannot be is refused`(text: String?) throws {
    let folder = TemporaryFolder()
    let engine = engine(0.9)
    _ = seen(engine, steps: 2)
    try writeEarlier(engine.state, to: folder("state"), schema: "nvit.training-state/2", averaged: text)
    let error = #expect(throws: FileError.self) { try TrainingState(contentsOf: folder("state")) }
    #expect(
      error?.reason.contains("\"averaged_updates\" is \(text.map { "\"\($0)\"" } ?? "missing"), expected") == true)
  }
}
