import Foundation
import LatencyTestSupport
import TestSupport
import Testing
import ViTArchitecture
import ViTFiles
import ViTLatency
import ViTNumerics

@Suite struct `Latency files` {
  let folder = TemporaryFolder()

  func model(machine: SyntheticMachine = .init(), threads: Int = 2) throws -> LatencyModel {
    let architectures = SyntheticSpace.baselines
    let conditions = LatencyConditions(
      device: "synthetic", engine: "test/1", batchSize: machine.batchSize, threads: threads, precision: "float32",
      date: "2026-01-01T00:00:00Z")
    return try LatencyModel(
      fitting: architectures.map { architecture in
        let seconds = machine.seconds(architecture)
        return LatencyModel.Measurement(
          architecture: architecture,
          record: LatencyRecord(
            seconds: seconds, lower: 0.99 * seconds, upper: 1.02 * seconds, repetitions: 8, warmups: 2,
            conditions: conditions))
      })
  }

  @Test func `A model survives a round trip`() throws {
    let model = try model()
    let path = folder("models/model.json")
    try LatencyFile.model(model).write(to: path)
    #expect(try LatencyFile(contentsOf: path) == .model(model))
    let architecture = SyntheticSpace.baselines[1]
    #expect(try LatencyFile(contentsOf: path).predict(architecture) == model.predict(architecture))
  }

  @Test func `A model of the first schema is still read`() throws {
    let model = try model()
    let path = folder("model.json")
    try LatencyFile.model(model).write(to: path)
    let text = try FileContents.readText(path).replacing("nvit.latency-model/2", with: "nvit.latency-model/1")
    try AtomicFile.write(text, to: path)
    #expect(try LatencyFile(contentsOf: path) == .model(model))
  }

  @Test func `Ratio, reference, company and priority survive a round trip, and their absence does`() throws {
    var model = try model()
    let record = LatencyRecord(
      seconds: 0.003, lower: 0.0029, upper: 0.0032,
      ratio: Estimate(0.5, lower: 0.49, upper: 0.52, covers: .repetitions(8)),
      reference: "abc", disturbedShare: 0.25, repetitions: 8, warmups: 2, conditions: model.conditions)
    var measurements = model.measurements
    measurements[0].record = record
    measurements[0].record.priority = .realTime
    measurements[1].isAuxiliary = true
    model = try LatencyModel(fitting: measurements)
    try LatencyFile.model(model).write(to: folder("model.json"))
    guard case .model(let read) = try LatencyFile(contentsOf: folder("model.json")) else {
      Issue.record("no model")
      return
    }
    #expect(read.measurements == measurements)
    #expect(read.measurements[2].record.ratio == nil && read.measurements[2].record.disturbedShare == nil)
  }

  @Test func `A table survives a round trip`() throws {
    let table = try LatencyTable(
      importing: NestedTable().json, format: .nested, conditions: `Imported latency tables`.conditions, tokenCount: 197)
    try LatencyFile.table(table).write(to: folder("table.json"))
    #expect(try LatencyFile(contentsOf: folder("table.json")) == .table(table))
  }

  @Test func `The store gives back a model for its own conditions only`() throws {
    let store = LatencyModelStore(folder: folder("store"))
    let model = try model()
    let shape = LatencyShape(SyntheticSpace.baselines[0])
    #expect(try store.model(for: model.conditions, shape, document: "space") == nil)
    try store.store(model, document: "space")
    var later = model.conditions
    later.date = "another day"
    #expect(try store.model(for: later, shape, document: "space") == model)
    #expect(try store.model(for: later, shape, document: "another space") == nil)
    let changes: [(inout LatencyConditions) -> Void] = [
      { $0.device = "x" }, { $0.engine = "x" }, { $0.batchSize = 1 }, { $0.threads = 1 }, { $0.precision = "x" },
    ]
    for change in changes {
      var other = model.conditions
      change(&other)
      #expect(try store.model(for: other, shape, document: "space") == nil)
    }
    var distilled = shape
    distilled.hasDistillationToken = true
    #expect(try store.model(for: model.conditions, distilled, document: "space") == nil)
  }

  /// Whoever copied or renamed it.
  @Test func `A model that lies in another's place is not taken for it`() throws {
    let store = LatencyModelStore(folder: folder("store"))
    let model = try model()
    let shape = LatencyShape(SyntheticSpace.baselines[0])
    let path = try store.store(model, document: "space")
    var other = model.conditions
    other.threads += 1
    var distilled = shape
    distilled.hasDistillationToken = true
    for (conditions, shape) in [(other, shape), (model.conditions, distilled)] {
      try FileManager.default.copyItem(atPath: path, toPath: store.path(for: conditions, shape, document: "space"))
      #expect(try store.model(for: conditions, shape, document: "space") == nil)
    }
  }

  @Test func `A prediction's uncertainty is half an interval, and none where it is not known`() {
    let known = Estimate(predictedSeconds: 2, uncertainty: 0.5)
    #expect(known.seconds == 2 && known.lower == 1.5 && known.upper == 2.5 && known.uncertaintySeconds == 0.5)
    let unknown = Estimate(predictedSeconds: 2)
    #expect(unknown.interval == nil && unknown.uncertaintySeconds == 0)
  }

  @Test func `The store gives back a model only if it covers what is asked`() throws {
    let store = LatencyModelStore(folder: folder("store"))
    let model = try model()
    try store.store(model, document: "space")
    #expect(try store.model(for: model.conditions, covering: SyntheticSpace.baselines) == model)
    var wider = SyntheticSpace.baselines[2]
    wider.embedding = 256
    #expect(try store.model(for: model.conditions, covering: SyntheticSpace.baselines + [wider]) == nil)
  }

  @Test(arguments: [
    ("nvit.latency-model/2", "nvit.latency-model/9", "schema is \"nvit.latency-model/9\""),
    ("\"terms\"", "\"turms\"", "key \"terms\" is missing"),
    ("\"batch_size\" : 64", "\"batch_size\" : \"many\"", "wrong type at conditions.batch_size"),
    ("nvit.architecture/1", "nvit.architecture/9", "schema is \"nvit.architecture/9\""),
    ("{", "", "JSON"),
  ])
  func `A damaged file says what is wrong`(found: String, replaced: String, message: String) throws {
    let path = folder("model.json")
    try LatencyFile.model(try model()).write(to: path)
    let text = try FileContents.readText(path)
    let range = try #require(text.range(of: found))
    try AtomicFile.write(text.replacingCharacters(in: range, with: replaced), to: path)
    let error = #expect(throws: FileError.self) { try LatencyFile(contentsOf: path) }
    #expect(error?.description.hasPrefix(path) == true)
    #expect(error?.description.contains(message) == true, "\(String(describing: error))")
  }

  @Test func `A table whose times do not fill its grid is refused`() throws {
    let path = folder("table.json")
    let table = try LatencyTable(
      importing: NestedTable().json, format: .nested, conditions: `Imported latency tables`.conditions)
    try LatencyFile.table(table).write(to: path)
    let text = try FileContents.readText(path)
    let range = try #require(text.range(of: "768"))
    try AtomicFile.write(text.replacingCharacters(in: range, with: "768, 1024"), to: path)
    let error = #expect(throws: FileError.self) { try LatencyFile(contentsOf: path) }
    #expect(error?.description.contains("324 times, expected one at each of the 405 points") == true)
  }

  @Test func `A missing file is reported as such`() {
    let error = #expect(throws: FileError.self) { try LatencyFile(contentsOf: folder("none.json")) }
    #expect(error?.code == .notFound)
  }
}
