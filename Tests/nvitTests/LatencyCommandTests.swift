import Foundation
import TestSupport
import Testing

@Suite struct `The latency commands` {
  let folder = TemporaryFolder()

  /// Runs the program that was built beside the tests, with an empty store of latency models.
  private func nvit(_ arguments: String...) throws -> (status: Int32, output: String, error: String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
      .appendingPathComponent("nvit")
    process.arguments = ["latency"] + arguments
    process.environment = ProcessInfo.processInfo.environment.merging(["NVIT_LATENCY_FOLDER": folder("store")]) { $1 }
    let pipes = (output: Pipe(), error: Pipe())
    process.standardOutput = pipes.output
    process.standardError = pipes.error
    try process.run()
    let texts = try [pipes.output, pipes.error].map { pipe in
      String(decoding: try pipe.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
    }
    process.waitUntilExit()
    return (process.terminationStatus, texts[0], texts[1])
  }

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
    try lines.joined(separator: "\n").write(toFile: folder("table.csv"), atomically: true, encoding: .utf8)
    return folder("table.csv")
  }

  @Test func `import makes a table that predict uses`() throws {
    let table = try writeTable()
    let imported = try nvit("import", table, "--device", "X", "--batch-size", "64", "--to", folder("new/table.json"))
    #expect(imported.status == 0, "\(imported.error)")
    #expect(imported.output.hasPrefix("wrote 32 points to "))
    let predicted = try nvit("predict", quickstart, "--latency-model", folder("new/table.json"), "--json")
    let rows = try JSONSerialization.jsonObject(with: Data(predicted.output.utf8)) as? [[String: Any]]
    let baseline = try #require(rows?.first { $0["name"] as? String == "deit-64" })
    let seconds = try #require(baseline["seconds"] as? Double)
    // Interpolation weights sum to one but for rounding.
    #expect(abs(seconds - seconds.rounded()) < 1e-9 && seconds >= 6)
  }

  @Test func `Without a model, predict says how to get one`() throws {
    let result = try nvit("predict", quickstart)
    #expect(result.status == 66)
    #expect(result.error.contains("measure one with `nvit latency measure`"))
  }

  @Test func `Bad input gives one message and an exit code`() throws {
    let missing = try nvit("measure", folder("none.yaml"))
    #expect(missing.status == 66 && missing.error.contains("none.yaml"))
    try "{\"EMB_1\": 3}".write(toFile: folder("bad.json"), atomically: true, encoding: .utf8)
    let bad = try nvit("import", folder("bad.json"), "--device", "X", "--batch-size", "1", "--to", folder("out.json"))
    #expect(bad.status == 65 && bad.error.contains("bad.json: EMB_1, offset"))
    #expect(!FileManager.default.fileExists(atPath: folder("out.json")))
    #expect(try nvit("measure", quickstart, "--budget=-1").status == 64)
    #expect(try nvit("validate", quickstart, "--count", "0").status == 64)
    #expect(try nvit("predict", quickstart, "--threads", "0").status == 64)
  }
}
