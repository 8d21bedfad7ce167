import Foundation
import RunTestSupport
import TestSupport
import Testing
import ViTFiles
import ViTLatency
import ViTNumerics
import ViTSearch
import ViTStorage

/// Small runs whose every figure is recorded: studies by each sampler, and the chain from training to mining.
///
/// The engine runs at its portable kernels, whose results do not depend on the processor.
final class RecordedRuns {
  let folder = TemporaryFolder()
  /// The program under test.
  private let program: URL

  init() throws {
    let own = Bundle.main.bundleURL.appendingPathComponent("nvit")
    program = ProcessInfo.processInfo.environment["NVIT_RECORD_WITH"].map { URL(fileURLWithPath: $0) } ?? own
    try writeData()
  }

  @discardableResult private func nvit(_ arguments: [String]) throws -> String {
    let run = try BuiltCommand.run(arguments, environment: ["NVIT_KERNELS": "portable"], program: program)
    try #require(run.status == 0, "nvit \(arguments.joined(separator: " "))\n\(run.errors)")
    return run.output
  }

  // MARK: Data

  /// Noise, with a bright row that tells the class.
  private func writeData() throws {
    try NoiseImages.write(to: folder) { image, row, random in
      row / 2 == image % 10 ? 255 : UInt8(random.uniform() * 200)
    }
  }

  /// A latency table over a complete grid, imported.
  private func table(_ name: String, embeddings: [Int], heads: [Int], widths: [Int], hidden: [Int]) throws -> String {
    var lines = ["embedding,heads,query_key,value,mlp_hidden,seconds"]
    for e in embeddings {
      for h in heads {
        for q in widths {
          for v in widths {
            for m in hidden {
              lines.append("\(e),\(h),\(q),\(v),\(m),\(Double(20 + e * (h * (2 * q + v) + m)) * 1e-7)")
            }
          }
        }
      }
    }
    try AtomicFile.write(lines.joined(separator: "\n") + "\n", to: folder("\(name).csv"))
    try nvit([
      "latency", "import", folder("\(name).csv"), "--device", "none", "--batch-size", "4", "--to",
      folder("\(name).json"),
    ])
    return folder("\(name).json")
  }

  // MARK: A study

  /// A search with rungs, an audit, random search and further seeds.
  ///
  /// - Parameter sampler: As the document names it.
  /// - Returns: What the study holds but for its timings, one line for each figure or group of them.
  func study(_ sampler: String, learns: Bool) throws -> [String] {
    let space = folder("\(sampler).yaml")
    try AtomicFile.write(
      """
      nvit: 1
      name: recorded
      architecture: {image-size: 28, channels: 1, patch-size: 14, classes: 10, depth: 4, embedding: {from: 8, through: 24, step: 4}}
      numbers:
        boost: {from: 1, through: 2.5}
      rule:
        heads: {base: {from: 1, through: 3, step: 1}}
        query-key: {from: 4, through: 8, step: 4}
        value: 8
        mlp-hidden: {base: {from: 0.5E, through: 3E, step: 0.5E}, profile: {plateau: {ends: 1, middle: boost, rise: 25%}}}
      baselines:
        - {name: base, embedding: 24, depth: 4, heads: 3, query-key: 8, value: 8}
        - {name: small, embedding: 16, depth: 4, heads: 2, query-key: 8, value: 8}
      constraints: {parameters: {max: 50000}}
      targets: [0.4x base, 0.8x base]
      dataset: {format: idx, path: data, validation-count: 20}
      recipe: {epochs: 2, batch-size: 8, warmup-epochs: 0.2, learning-rate: 0.003, epsilon: 0.000001}
      latency: {batch-size: 4, threads: 1}
      search:
        draws: 256
        seed: 5
        sampler: \(sampler)
        start-candidates-per-target: \(learns ? 105 : 18)
        candidates-per-target: 2
        rungs: [1/5, 3/5, 1]
        halving-factor: 2
        rounds: \(learns ? 3 : 1)
        audit: 2
        random-search: true
        seeds: 2
        max-seeds: 3
        tolerance: 0.3

      """, to: space)
    let table = try table(
      "\(sampler)-latency", embeddings: [8, 24], heads: [1, 3], widths: [4, 8], hidden: [4, 192])
    let study = folder(sampler)
    let output = try nvit([
      "explore", space, "--to", study, "--latency-model", table, "--jobs", "2", "--threads", "2",
    ])
    let database = try StudyDatabase(readOnly: study + "/study.sqlite")
    var lines = try database.members().map { member in
      """
      member \(member.name) \(member.digest.prefix(16)) \(member.role.rawValue) \(member.latency.seconds) \
      \(member.targets) \(member.values.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }) \
      \(member.point) round \(member.round)
      """
    }
    lines += try database.records().map { record in
      """
      trial \(record.identifier.architectureDigest.prefix(16)) seed \(record.identifier.seed) rung \(record.identifier.rung) \
      \(record.phase.rawValue) \(record.outcome.validationAccuracy) \(record.outcome.validationLoss) \
      \(record.outcome.trainingLoss) \(record.outcome.samplesSeen)
      """
    }.sorted()
    // Once is enough: it does not depend on how the candidates were proposed.
    if !learns { lines += try values(study + "/pareto.json", prefix: "front") }
    lines += try lineByLine(study + "/pareto.csv", prefix: "csv")
    lines += output.split(separator: "\n").filter { !$0.hasPrefix("results: ") }.map { "answer \($0)" }
    lines += try digests(of: study + "/weights")
    return lines
  }

  private func lineByLine(_ path: String, prefix: String) throws -> [String] {
    try FileContents.readText(path).split(separator: "\n").map { "\(prefix) \($0)" }
  }

  /// The values of a JSON object, a line for each; for a list, a line for each element.
  private func values(_ path: String, prefix: String) throws -> [String] {
    let content = try JSONSerialization.jsonObject(with: FileContents.read(path)) as? [String: Any]
    return try #require(content).sorted { $0.key < $1.key }.flatMap { key, value in
      try (value as? [Any] ?? [value]).map { "\(prefix) \(key) \(try json($0))" }
    }
  }

  /// A value as JSON in one line, without the folder's name, which is another in every run.
  private func json(_ value: Any) throws -> String {
    let data = try JSONSerialization.data(
      withJSONObject: value, options: [.sortedKeys, .fragmentsAllowed, .withoutEscapingSlashes])
    return String(decoding: data, as: UTF8.self).replacing(folder.path, with: "FOLDER")
  }

  /// A digest of each weights file's tensors, whatever its metadata.
  private func digests(of path: String) throws -> [String] {
    try FileManager.default.subpathsOfDirectory(atPath: path).filter { $0.hasSuffix(".safetensors") }.sorted().map {
      "weights \($0) \(try tensorDigest("\(path)/\($0)"))"
    }
  }

  private func tensorDigest(_ path: String) throws -> String {
    let file = try SafeTensorsFile(contentsOf: path)
    let text = try file.tensors.map(\.name).sorted().map { name in
      "\(name) \(try file.floats(name).map { String($0.bitPattern, radix: 16) }.joined(separator: ","))"
    }
    return SHA256.hexDigest(text.joined(separator: "\n").utf8)
  }

  // MARK: The chain

  /// Train, prune with two seeds, finetune and train from scratch, mine.
  func chain() throws -> [String] {
    let space = folder("dense.yaml")
    try AtomicFile.write(
      """
      nvit: 1
      name: dense
      architecture: {image-size: 28, channels: 1, patch-size: 14, classes: 10, depth: 4, embedding: 32}
      rule: {heads: 4, query-key: 8, value: 8, mlp-hidden: 3E}
      dataset: {format: idx, path: data, validation-count: 20}
      recipe: {epochs: 4, batch-size: 8, warmup-epochs: 0.5, learning-rate: 0.003, ema-decay: 0.9, drop-path: 0.1, augmentation: {crop-padding: 2, mixup: 0.4}}
      latency: {batch-size: 4, threads: 1}

      """, to: space)
    let table = try table("dense-latency", embeddings: [1, 32], heads: [1, 4], widths: [1, 8], hidden: [1, 96])
    var lines: [String] = []
    for seed in ["1", "2"] {
      try nvit(["train", space, "--to", folder("dense-\(seed)"), "--seed", seed, "--threads", "2"])
      lines.append("dense \(seed) \(try tensorDigest(folder("dense-\(seed)/weights.safetensors")))")
      try nvit([
        "prune", folder("dense-\(seed)"), "--latency", "0.7x,0.5x,0.35x", "--to", folder("pruned-\(seed)"), "--seed",
        seed, "--latency-model", table, "--interval", "3", "--groups-per-step", "6", "--threads", "2",
      ])
      lines += try family(folder("pruned-\(seed)"))
      lines += try digests(of: folder("pruned-\(seed)/snapshots"))
    }
    let common = ["finetune", folder("pruned-1"), "--epochs", "2", "--threads", "2"]
    try nvit(common + ["--to", folder("finetuned"), "--seeds", "2"])
    try nvit(common + ["--to", folder("scratch"), "--scratch", "--target", "0.5x"])
    for name in ["finetuned", "scratch"] { lines += try digests(of: folder(name)) }
    try nvit([
      "mine", folder("pruned-1"), folder("pruned-2"), "--to", folder("mined.yaml"), "--json", folder("mined.json"),
      "--replicates", "50",
    ])
    // Not where the data lie: that was an absolute path when this was recorded, and is one from the document since.
    lines += try lineByLine(folder("mined.yaml"), prefix: "mined").filter {
      !$0.contains(folder.path) && !$0.hasPrefix("mined   path: ")
    }
    lines += try values(folder("mined.json"), prefix: "findings").filter { !$0.contains("FOLDER") }
    return lines
  }

  /// The snapshots of a family, without paths.
  private func family(_ path: String) throws -> [String] {
    let content = try JSONSerialization.jsonObject(with: FileContents.read(path + "/family.json")) as? [String: Any]
    let family = try #require(content)
    let snapshots = try #require(family["snapshots"] as? [[String: Any]])
    return try snapshots.map { snapshot in
      var snapshot = snapshot
      // What a family says of its files since; the tensors themselves are compared.
      var model = try #require(snapshot["model"] as? [String: Any])
      model["weights_sha256"] = nil
      snapshot["model"] = model
      return "snapshot \(try json(snapshot))"
    }
  }
}
