import Foundation
import TestSupport
import Testing
import ViTArchitecture
import ViTFiles

@Suite struct `nvit bench` {
  /// Two blocks on 17 tokens, so that a step takes milliseconds.
  private static let tiny = Architecture(
    imageSize: 28, channels: 1, patchSize: 7, classCount: 10, embedding: 32,
    blocks: Array(repeating: .init(heads: 2, queryKey: 8, value: 12, mlpHidden: 50), count: 2))

  private func tinyFile(in folder: TemporaryFolder) throws -> String {
    try AtomicFile.write(Self.tiny.canonicalJSON, to: folder("tiny.json"))
    return folder("tiny.json")
  }

  private func object(_ text: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  @Test func `A worker whose reader has gone ends quietly`() throws {
    let folder = TemporaryFolder()
    let nvit = Bundle.main.bundleURL.appendingPathComponent("nvit").path
    let worker = "'\(nvit)' bench step --architecture '\(try tinyFile(in: folder))' --batch 2 --threads 1"
    let run = try BuiltCommand.run(
      // Commands come until the worker has gone, whenever it notices.
      [
        "-c",
        """
        (while echo run 1; do sleep 0.1; done) 2>/dev/null | (\(worker); echo $? > '\(folder("status"))') | head -1
        """,
      ],
      program: URL(fileURLWithPath: "/bin/sh"))
    #expect(run.output.contains("ready") && run.errors.isEmpty, "\(run.errors)")
    #expect(try FileContents.readText(folder("status")) == "141\n")
  }

  @Test func `The engine's report has a peak, every operation, and both kinds of step`() throws {
    let folder = TemporaryFolder()
    let run = try BuiltCommand.run([
      "bench", "engine", "--json", "--seconds", "0.1", "--threads", "2", "--architecture", try tinyFile(in: folder),
      "--batch", "8",
    ])
    #expect(run.status == 0, "\(run.errors)")
    let report = try object(run.output)
    #expect(report["threads"] as? Int == 2)
    let peak = try #require(report["peak"] as? [String: [String: Double]])
    #expect(try #require(peak["oneCore"]?["median"]) > 0)
    #expect(try #require(peak["allThreads"]?["median"]) > 0)
    let operations = try #require(report["operations"] as? [[String: Any]])
    #expect(operations.count == 3 * 9)
    #expect(operations.allSatisfy { (($0["rate"] as? [String: Double])?["median"] ?? 0) > 0 })
    for part in ["training", "inference"] {
      let models = try #require(report[part] as? [[String: Any]])
      #expect(models.map { $0["model"] as? String } == ["tiny"])
      #expect(models.map { $0["batchSize"] as? Int } == [8])
    }
  }

  @Test func `Only the parts that were asked for are measured`() throws {
    let folder = TemporaryFolder()
    let run = try BuiltCommand.run([
      "bench", "engine", "--json", "--seconds", "0.05", "--threads", "1", "--only", "inference", "--architecture",
      try tinyFile(in: folder), "--batch", "3",
    ])
    #expect(run.status == 0, "\(run.errors)")
    let report = try object(run.output)
    #expect((report["operations"] as? [Any])?.isEmpty == true)
    #expect((report["training"] as? [Any])?.isEmpty == true)
    #expect((report["inference"] as? [Any])?.count == 1)
  }

  @Test func `The step worker answers on standard output, and its options reach it`() throws {
    let folder = TemporaryFolder()
    let run = try BuiltCommand.run(
      [
        "bench", "step", "--architecture", try tinyFile(in: folder), "--batch", "8", "--threads", "2", "--rounds", "3",
        "--mode", "train", "--learning-rate", "0.001",
      ], input: "run\nrun 20\nquit\n")
    #expect(run.status == 0, "\(run.errors)")
    let answers = try run.output.split(separator: "\n").map { try object(String($0)) }
    try #require(answers.count == 4)
    #expect(answers[0]["ready"] as? Bool == true)
    #expect(answers[1...2].map { $0["steps"] as? Int } == [3, 20])
    let losses = answers[1...2].compactMap { $0["loss"] as? Double }
    #expect(losses.count == 2 && losses[1] < losses[0])
    // Of the whole process.
    #expect(try #require(answers[3]["peakMemoryBytes"] as? Int) > 1 << 20)
  }

  @Test func `The end of the input ends a worker`() throws {
    let folder = TemporaryFolder()
    let step = try BuiltCommand.run(
      [
        "bench", "step", "--architecture", try tinyFile(in: folder), "--batch", "5", "--threads", "1", "--mode",
        "inference",
      ], input: "run 2\n")
    #expect(step.status == 0, "\(step.errors)")
    #expect(step.output.split(separator: "\n").count == 3)

    let problem = #"{"axes": [{"choices": [4, 8]}], "objectives": 1, "seed": 1, "sampler": "random"}"#
    let sampler = try BuiltCommand.run(["bench", "sampler"], input: problem + "\n{\"ask\": 2}\n")
    #expect(sampler.status == 0, "\(sampler.errors)")
    let points = try #require(try object(sampler.output)["points"] as? [[Double]])
    #expect(points.map { $0.first }.sorted { ($0 ?? 0) < ($1 ?? 0) } == [4, 8])
  }

  @Test func `Products are compared with OpenBLAS at every kernel level`() throws {
    let run = try BuiltCommand.run(["bench", "products", "--json", "--seconds", "0.05"])
    #expect(run.status == 0, "\(run.errors)")
    let products = try #require(try object(run.output)["products"] as? [[String: Any]])
    #expect(products.count == 36)
    for product in products {
      let levels = try #require(product["levels"] as? [String: [String: Double]])
      #expect(levels["portable"] != nil)
      #expect(((product["openBLAS"] as? [String: Double])?["median"] ?? 0) > 0)
    }
  }

  @Test func `The benchmark's models are written as architectures that can be read`() throws {
    let folder = TemporaryFolder()
    let run = try BuiltCommand.run(["bench", "models", "--json", "--to", folder.path])
    #expect(run.status == 0, "\(run.errors)")
    for name in ["deit-64", "deit-128", "deit-192", "revit-96", "deit-tiny-224"] {
      let architecture = try Architecture(json: Data(FileContents.readText(folder("\(name).json")).utf8))
      #expect(architecture.depth == 12)
      #expect(architecture.tokenCount == (name == "deit-tiny-224" ? 197 : 50))
    }
    // timm's deit_tiny_patch16_224.
    let last = try Architecture(json: Data(FileContents.readText(folder("deit-tiny-224.json")).utf8))
    #expect(last.parameterCount == 5_717_416)
  }

  @Test(arguments: [
    (["engine", "--seconds", "0"], "--seconds is 0"),
    (["engine", "--seconds", "nan"], "--seconds is nan"),
    (["engine", "--threads", "0"], "--threads is 0"),
    (["engine", "--batch", "0"], "--batch is 0"),
    (["engine", "--only", "everything"], "everything"),
    (["products", "--seconds=-1"], "--seconds is -1"),
    (["step", "--architecture", "x.json", "--batch", "9999999"], "--batch is 9999999"),
    (["step", "--architecture", "x.json", "--batch", "8", "--rounds", "0"], "--rounds is 0"),
    (["step", "--architecture", "x.json", "--batch", "8", "--learning-rate", "nan"], "--learning-rate is nan"),
  ])
  func `A bad option is refused by name and value`(arguments: [String], message: String) throws {
    let run = try BuiltCommand.run(["bench"] + arguments)
    #expect(run.status == 64)
    #expect(run.errors.contains(message), "\(run.errors)")
  }

  @Test func `A line that a worker does not know, a missing file and a wrong batch have exit codes of their own`()
    throws
  {
    let folder = TemporaryFolder()
    let tiny = try tinyFile(in: folder)
    let step = ["bench", "step", "--batch", "4", "--threads", "1", "--architecture"]
    let unknown = try BuiltCommand.run(step + [tiny], input: "run 0\n")
    #expect(unknown.status == 64)
    #expect(unknown.errors.contains("\"run 0\""))
    #expect(try BuiltCommand.run(["bench", "sampler"], input: "").status == 64)
    #expect(try BuiltCommand.run(step + [folder("none.json")]).status == 66)
    try SafeTensorsFile.write(
      tensors: [.init("images", shape: [1], values: [0]), .init("targets", shape: [1], values: [1])], metadata: [:],
      to: folder("short.safetensors"))
    let short = try BuiltCommand.run(step + [tiny, "--data", folder("short.safetensors")])
    #expect(short.status == 65)
    #expect(short.errors.contains("4 images"))
  }
}
