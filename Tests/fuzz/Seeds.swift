internal import Foundation
internal import FuzzedReaders
internal import GRDB
internal import RunTestSupport
internal import TestSupport
internal import ViTFiles
internal import ViTRuns

/// First inputs for every reader, made by small runs of the program itself: `inputs/READER/…`, and what a reader finds
/// beside its file in `companions/READER/…`.
struct Seeds {
  let folder: String

  func write() async throws {
    let search = TinySearch()
    let dense = TinyDense()
    try await study(search)
    try models(dense)
    try family()
    try data()
    try tables(search, dense)
    let arguments = [
      "22_050_664", "1.5M", "1/9", "0.5x deit-64", "12ms", "800us", "embedding=16", "rule.heads=2", "depth=3",
    ]
    for (index, text) in arguments.enumerated() { try add(.argument, "\(index)", text.utf8) }
  }

  private func add(_ reader: FuzzedReader, _ name: String, _ bytes: some Collection<UInt8>) throws {
    try put("inputs/\(reader.rawValue)/\(name)", bytes)
  }

  private func put(_ name: String, _ bytes: some Collection<UInt8>) throws {
    let url = URL(fileURLWithPath: "\(folder)/\(name)")
    try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: url)
  }

  private func contents(_ path: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
  }

  /// A finished study and one that was stopped. Pages of 512 bytes make small files of many pages.
  private func study(_ search: TinySearch) async throws {
    let space = try search.space()
    _ = try await search.explore(space)
    let stopped = RunWitness(stopping: "training", at: 0.4)
    do {
      _ = try await search.explore(space, to: "out/stopped", .keep, stopped.observer)
    } catch is UnfinishedRun {
    }
    try add(.document, "space.yaml", contents(space))
    try add(.front, "pareto.json", contents(search.folder("out/study/pareto.json")))
    try add(.provenance, "provenance.json", contents(search.folder("out/study/provenance.json")))
    for name in try FileManager.default.contentsOfDirectory(atPath: search.folder("out/study/configs")).prefix(2) {
      try add(.architecture, name, contents(search.folder("out/study/configs/\(name)")))
    }
    for name in ["study", "stopped"] {
      let path = search.folder("out/\(name)/study.sqlite")
      let log = try logged(path)
      let queue = try DatabaseQueue(path: path)
      try await queue.writeWithoutTransaction { database in
        try database.execute(sql: "PRAGMA journal_mode = DELETE; PRAGMA page_size = 512; VACUUM")
      }
      try queue.close()
      for reader in [FuzzedReader.study, .resume, .recover] { try add(reader, "\(name).sqlite", contents(path)) }
      if name == "study" {
        try add(.log, "log", log.log)
        try put("companions/log/study/study.sqlite", log.database)
      }
    }
  }

  /// A copy of a database whose last change is in its log only.
  private func logged(_ path: String) throws -> (database: [UInt8], log: [UInt8]) {
    let copy = "\(path).copy"
    try? FileManager.default.removeItem(atPath: copy)
    try FileManager.default.copyItem(atPath: path, toPath: copy)
    let queue = try DatabaseQueue(path: copy)
    try queue.writeWithoutTransaction { database in
      try database.execute(sql: "PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0")
      try database.execute(sql: "UPDATE trials SET attempts = attempts + 1")
    }
    return (try contents(copy), try contents("\(copy)-wal"))
  }

  private func models(_ dense: TinyDense) throws {
    let folder = try dense.train()
    try add(.training, "training.json", contents("\(folder)/training.json"))
    try add(.provenance, "training.json", contents("\(folder)/provenance.json"))
    let weights = try contents("\(folder)/weights.safetensors")
    try add(.checkpoint, "weights.safetensors", weights)
    try add(.safetensors, "weights.safetensors", weights)
    try SafeTensorsFile.write(
      tensors: [
        .init("blocks.0.mlp.fc1.weight", shape: [2, 4], values: [1, 0, 2, 0, 0, 0, 1, 1]),
        .init("b", shape: [1], values: [0.5]),
      ], metadata: ["format": "pt"], to: "\(folder)/small.safetensors")
    try add(.safetensors, "small.safetensors", contents("\(folder)/small.safetensors"))
    var evaluation = EvaluateRun.Settings(weights: "\(folder)/weights.safetensors", space: dense.folder("space.yaml"))
    evaluation.logits = "\(folder)/logits.safetensors"
    evaluation.threads = 1
    _ = try EvaluateRun(evaluation).run()
    try add(.checkpoint, "logits.safetensors", contents("\(folder)/logits.safetensors"))
    var training = TrainRun.Settings(source: dense.folder("space.yaml"))
    training.folder = dense.folder("stopped")
    training.threads = 1
    do {
      _ = try TrainRun(training).run(RunWitness(stopping: "training", at: 0.5).observer)
    } catch is UnfinishedRun {
    }
    let states = (try? FileManager.default.contentsOfDirectory(atPath: dense.folder("stopped/state"))) ?? []
    for name in states where name.hasSuffix(".safetensors") {
      try add(.checkpoint, "state.safetensors", contents(dense.folder("stopped/state/\(name)")))
    }
    try dense.prune(["0.8x", "0.5x"])
    try family(of: dense.folder("out/run"), dense: dense.folder("dense"))
  }

  /// The family beside its dense model, whose path in it is relative to the reader's folder.
  private func family(of folder: String, dense: String) throws {
    let text = String(decoding: try contents("\(folder)/family.json"), as: UTF8.self)
    let family = text.replacing(
      /"weights_file" : "[^"]*dense[^"]*"/, with: #""weights_file" : "dense/weights.safetensors""#)
    try add(.family, "family.json", family.utf8)
    try put("companions/family/dense/training.json", contents("\(dense)/training.json"))
  }

  private func family() throws {
    let fixture = try PrunedFamilyFixture()
    try fixture.finetune("finetuned") { $0.threads = 1 }
    try add(.finetuned, "finetuned.json", contents(fixture.folder("finetuned/finetuned.json")))
    try add(.document, "tiny.yaml", contents(fixture.spacePath))
  }

  private func data() throws {
    func labelled(_ labels: [UInt8], _ images: [UInt8]) -> [UInt8] {
      [UInt8(labels.count & 255), UInt8(labels.count >> 8)] + labels + images
    }
    let labels = IDXEncoding.file([4], [0, 1, 2, 0])
    let images = IDXEncoding.file([4, 2, 2], (0..<16).map { UInt8($0 * 16) })
    try add(.idx, "plain", labelled(labels, images))
    try add(.idx, "compressed", labelled(GzipEncoding.member(labels), GzipEncoding.member(images)))
    try add(.gzip, "member.gz", GzipEncoding.member(Array("some text".utf8)))
    try add(.gzip, "two.gz", GzipEncoding.member([1, 2]) + GzipEncoding.member([3]) + [0, 0])
    // What deflate makes of a repeated byte: blocks with codes of their own.
    try add(
      .gzip, "deflated.gz",
      [
        0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0x4b, 0x4c, 0x4a, 0x4e, 0x49, 0x4d, 0x03, 0x00, 0xef, 0x39, 0x8e, 0x4b, 6,
        0, 0, 0,
      ])
    for (kind, size) in [(UInt8(0), 3073), (1, 3074)] {
      let record = (0..<size).map { UInt8($0 < 2 ? 3 : $0 % 251) }
      try add(.cifar, "\(kind)", [kind] + record + record)
    }
  }

  private func tables(_ search: TinySearch, _ dense: TinyDense) throws {
    try add(.latency, "table.json", contents(search.table()))
    var measuring = LatencyMeasureRun.Settings(space: try search.space())
    measuring.file = dense.folder("model.json")
    measuring.options.batchSize = 4
    _ = try LatencyMeasureRun(measuring).run()
    try add(.latency, "model.json", contents(dense.folder("model.json")))
    let header = "embedding,heads,query_key,value,mlp_hidden,seconds\n"
    try add(.latencyCSV, "table.csv", (header + "8,1,4,8,16,0.1\n16,1,4,8,16,2e-1\n").utf8)
    try add(
      .latencyNested, "table.json",
      #"{"EMB_8": {"QK_1_4": {"V_8": {"MLP_1": 0.1, "MLP_16": 0.2}}}, "EMB_16": {"QK_1_4": {"V_8": {"MLP_1": 0.3, "MLP_16": 4e-1}}}}"#
        .utf8)
  }
}
