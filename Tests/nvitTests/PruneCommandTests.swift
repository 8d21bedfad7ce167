import Foundation
import TestSupport
import Testing
import ViTFiles
import ViTNumerics

@Suite struct `Pruning on the command line` {
  private let folder = TemporaryFolder()

  /// Trains a tiny dense model over a data set of 60 images; returns its folder.
  private func dense(latency: String = "{batch-size: 4, threads: 1, budget-seconds: 0.2}") throws -> String {
    let text = """
      nvit: 1
      name: tiny
      architecture: {image-size: 28, channels: 1, patch-size: 14, classes: 10, depth: 2, embedding: 16}
      rule: {heads: 2, query-key: 8, value: 8, mlp-hidden: 2E}
      dataset: {format: idx, path: data, validation-count: 20}
      recipe: {epochs: 1, batch-size: 8, warmup-epochs: 0, learning-rate: 0.001}
      latency: \(latency)

      """
    for (part, count) in [("train", 60), ("t10k", 20)] {
      try folder.write(idx((0..<count).map { UInt8($0 % 10) }, [count]), to: "data/\(part)-labels-idx1-ubyte")
      var random = CounterRandom(seed: 1, purpose: "pixels")
      try folder.write(
        idx((0..<count * 784).map { _ in UInt8(random.uniform() * 256) }, [count, 28, 28]),
        to: "data/\(part)-images-idx3-ubyte")
    }
    try AtomicFile.write(text, to: folder("space.yaml"))
    let run = try BuiltCommand.run(["train", folder("space.yaml"), "--to", folder("dense"), "--threads", "1"])
    try #require(run.status == 0, "\(run.errors)")
    return folder("dense")
  }

  /// Bytes in the IDX format: magic, sizes, content.
  private func idx(_ content: [UInt8], _ sizes: [Int]) -> [UInt8] {
    [0, 0, 8, UInt8(sizes.count)] + sizes.flatMap { [0, 0, UInt8($0 >> 8), UInt8($0 & 255)] } + content
  }

  /// A table of a complete grid, so that no test has to measure.
  private func table(_ name: String = "table", smallestEmbedding: Int = 1) throws -> String {
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
    let run = try BuiltCommand.run([
      "latency", "import", folder("\(name).csv"), "--device", "Elsewhere 9000", "--batch-size", "4", "--to",
      folder("\(name).json"), "--overwrite",
    ])
    try #require(run.status == 0, "\(run.errors)")
    return folder("\(name).json")
  }

  private func prune(_ dense: String, _ latency: String = "0.8x,0.5x", _ more: [String] = []) throws -> BuiltCommand {
    try BuiltCommand.run(
      [
        "prune", dense, "--latency", latency, "--to", folder("out/run"), "--latency-model", try table(), "--threads",
        "1", "--interval", "2", "--groups-per-step", "8",
      ] + more)
  }

  private func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: folder(name)) }

  @Test func `A run leaves a family, and can neither be repeated nor resumed by accident`() throws {
    let dense = try dense()
    let run = try prune(dense, "0.8x,0.5x", ["--json"])
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.errors.contains("another device, Elsewhere 9000, and not for this one"))
    #expect(try JSONSerialization.jsonObject(with: Data(run.output.utf8)) is [String: Any])
    let text = try FileContents.readText(folder("out/run/family.json"))
    let family = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    let snapshots = try #require(family["snapshots"] as? [[String: Any]])
    #expect(snapshots.map { $0["target"] as? String } == ["0.8x", "0.5x"])
    for snapshot in snapshots {
      let model = try #require(snapshot["model"] as? [String: Any])
      let latency = try #require(model["predicted_latency"] as? [String: Any])
      #expect(try #require(latency["seconds"] as? Double) <= #require(snapshot["target_seconds"] as? Double))
      #expect(model["validation_accuracy"] is Double && snapshot["kept_units"] is [String: Any])
      #expect(exists("out/run/\(try #require(model["weights_file"] as? String))"))
    }
    #expect(exists("out/run/snapshots/0.5x/architecture.json") && !exists("out/run/state"))
    let evaluated = try BuiltCommand.run([
      "evaluate", folder("out/run/snapshots/0.5x/weights.safetensors"), "--space", folder("space.yaml"),
    ])
    #expect(evaluated.status == 0, "\(evaluated.errors)")

    let again = try prune(dense)
    #expect(again.status == 73 && again.errors.contains("--resume"), "\(again.errors)")
    let resumed = try prune(dense, "0.8x,0.5x", ["--resume"])
    #expect(resumed.status == 73 && resumed.errors.contains("nothing to resume"), "\(resumed.errors)")
    let over = try prune(dense, "0.8x,0.5x", ["--overwrite"])
    #expect(over.status == 0 && over.output.contains("0.5x") && over.output.contains("images/s"), "\(over.errors)")
    #expect(try FileContents.readText(folder("out/run/family.json")) == text)
  }

  @Test func `Only a run that was started is resumed, and only with the same options and dense model`() throws {
    let dense = try dense()
    let none = try prune(dense, "0.8x,0.5x", ["--resume"])
    #expect(none.status == 66 && none.errors.contains("no pruning run to resume"), "\(none.errors)")
    #expect(!exists("out"))
    try #require(try prune(dense).status == 0)
    let family = try FileContents.readText(folder("out/run/family.json"))
    // As if the run had been stopped before its first snapshot.
    try FileManager.default.removeItem(atPath: folder("out/run/family.json"))
    for (options, message) in [
      (["--seed", "7"], "the seed is 7, the run was started with 0"),
      (["--floor", "heads=2"], "the floor is"),
      (["--saliency", "random"], "the saliency is random"),
    ] {
      let other = try prune(dense, "0.8x,0.5x", ["--resume"] + options)
      #expect(other.status == 65 && other.errors.contains(message), "\(other.errors)")
    }
    let targets = try prune(dense, "0.8x,0.6x", ["--resume"])
    #expect(targets.status == 65 && targets.errors.contains("0.8x,0.6x"), "\(targets.errors)")
    let same = try prune(dense, "0.8x,0.5x", ["--resume"])
    #expect(same.status == 0, "\(same.errors)")
    #expect(try FileContents.readText(folder("out/run/family.json")) == family)
    try FileManager.default.removeItem(atPath: folder("out/run/family.json"))
    let retrained = try BuiltCommand.run([
      "train", folder("space.yaml"), "--to", dense, "--threads", "1", "--seed", "5", "--overwrite",
    ])
    try #require(retrained.status == 0)
    let changed = try prune(dense, "0.8x,0.5x", ["--resume"])
    #expect(changed.status == 65 && changed.errors.contains("dense weights"), "\(changed.errors)")
  }

  @Test(
    arguments: [
      ("fast", [], 64, "\"fast\" is no latency; expected one such as 0.5x or 12ms"),
      ("0.5x,", [], 64, "is no latency"),
      ("0.5x,0.5x", [], 64, "the same latency"),
      ("0.5x,0.8x", [], 64, "expected the largest latency first"),
      ("0.5x tiny", [], 64, "relative to the dense model"),
      ("1.5x", [], 1, "already met: pruning reaches from below"),
      ("0.5x,0.0001x", [], 1, "out of reach: pruning reaches from below"),
      ("0.5x", ["--saliency", "best"], 64, "taylor, magnitude, random, unsquared, hessian"),
      ("0.5x", ["--group-size", "heads=0"], 64, "--group-size heads is 0.0"),
      ("0.5x", ["--group-size", "heads=1.5"], 64, "whole numbers"),
      ("0.5x", ["--floor", "heads=1", "heads=2"], 64, "--floor names heads twice"),
      ("0.5x", ["--floor", "tails=1"], 64, "tails=1"),
      ("0.5x", ["--divisor", "heads=-1"], 64, "--divisor heads is -1.0"),
      ("0.5x", ["--interval", "0"], 64, "--interval is 0"),
      ("0.5x", ["--groups-per-step", "-3"], 64, "--groups-per-step"),
      ("0.5x", ["--latency-weight", "nan"], 64, "--latency-weight is nan"),
      ("0.5x", ["--temperature", "0"], 64, "--temperature is 0.0"),
      ("0.5x", ["--learning-rate", "inf"], 64, "--learning-rate is inf"),
      ("0.5x", ["--resume", "--overwrite"], 64, "--resume cannot be combined"),
      ("0.5x", ["--audit"], 64, "leave --latency"),
      ("0.5x", ["--threads", "0"], 64, "--threads is 0"),
      ("0.9x", ["--learning-rate", "1000", "--interval", "60"], 1, "not finite at step"),
    ] as [(String, [String], Int32, String)])
  func `Targets and options that make no sense are refused`(
    latency: String, options: [String], status: Int32, message: String
  ) throws {
    let run = try prune(try dense(), latency, options)
    #expect(run.status == status && run.errors.contains(message), "\(run.status) \(run.errors)")
    #expect(run.output.isEmpty)
    #expect(!exists("out/run/family.json"))
  }

  @Test func `A folder that nvit train did not write is refused`() throws {
    let none = try prune(folder("none"))
    #expect(none.status == 66 && none.errors.contains("training.json"), "\(none.errors)")
    let dense = try dense()
    try AtomicFile.write("no tensors", to: folder("dense/weights.safetensors"))
    let foreign = try prune(dense)
    #expect(foreign.status == 65 && foreign.errors.contains("weights.safetensors"), "\(foreign.errors)")
    try AtomicFile.write("{}", to: folder("dense/training.json"))
    let empty = try prune(dense)
    #expect(empty.status == 65 && empty.errors.contains("training.json"), "\(empty.errors)")
    #expect(!exists("out"))
  }

  @Test func `A table that leaves out a width, or is another device's, is refused with a reason`() throws {
    _ = try table()
    let dense = try dense(latency: "{source: file, file: table.json}")
    let start = ["prune", dense, "--latency", "0.8x", "--to", folder("out/run"), "--threads", "1", "--interval", "2"]
    let elsewhere = try BuiltCommand.run(start)
    #expect(elsewhere.status == 65 && elsewhere.errors.contains("holds for Elsewhere 9000"), "\(elsewhere.errors)")
    #expect(elsewhere.errors.contains("name the file with --latency-model"))
    let narrow = try BuiltCommand.run(start + ["--latency-model", try table("narrow", smallestEmbedding: 12)])
    #expect(narrow.status == 65, "\(narrow.errors)")
    #expect(narrow.errors.contains("embedding is 1, the latency table covers 12 to 16"), "\(narrow.errors)")
    #expect(!exists("out"))
    let floor = try BuiltCommand.run(start + ["--latency-model", folder("narrow.json"), "--floor", "embedding=12"])
    #expect(floor.status == 0, "\(floor.errors)")
  }

  @Test func `The audit writes correlations of every saliency and kind`() throws {
    let arguments = [
      "prune", try dense(), "--audit", "--to", folder("out/audit.json"), "--audit-images", "16", "--audit-batches", "2",
      "--threads", "1",
    ]
    let run = try BuiltCommand.run(arguments)
    #expect(run.status == 0 && run.output.contains("hessian"), "\(run.errors)")
    let data = Data(try FileContents.readText(folder("out/audit.json")).utf8)
    let audit = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    #expect((audit["correlations"] as? [Any])?.count == 30)
    #expect(audit["images"] as? Int == 16)
    #expect(try BuiltCommand.run(arguments).status == 73)
  }

  @Test func `A second teacher takes part, and one that does not fit is refused before anything is written`() throws {
    let dense = try dense()
    let alone = try prune(dense)
    #expect(alone.status == 0, "\(alone.errors)")
    let weights = folder("out/run/snapshots/0.5x/weights.safetensors")
    let without = try FileContents.read(weights)
    let logits = folder("logits.safetensors")
    let written = try BuiltCommand.run([
      "evaluate", dense + "/weights.safetensors", "--space", folder("space.yaml"), "--split", "training", "--logits",
      logits,
    ])
    try #require(written.status == 0, "\(written.errors)")
    for teacher in [dense + "/weights.safetensors", logits] {
      let taught = try prune(dense, "0.8x,0.5x", ["--hard-teacher", teacher, "--overwrite"])
      #expect(taught.status == 0, "\(taught.errors)")
      #expect(try FileContents.read(weights) != without)
    }
    let bad = try prune(dense, "0.8x", ["--hard-teacher", folder("space.yaml"), "--overwrite"])
    #expect(bad.status == 65 && bad.errors.contains("space.yaml"), "\(bad.errors)")
    #expect(FileManager.default.fileExists(atPath: weights))
  }
}
