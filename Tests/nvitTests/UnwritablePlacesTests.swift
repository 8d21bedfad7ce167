import Foundation
import RunTestSupport
import TestSupport
import Testing
import ViTFiles
import ViTRuns

/// Results that cannot go where they are to: one sentence, its own exit code, and nothing half-written.
@Suite struct `Places that cannot be written to` {
  private let dense = TinyDense()

  /// Commands that write, each but for its `--to`.
  private func commands() throws -> [[String]] {
    try dense.train()
    try dense.prune()
    let table = dense.folder("table.json")
    let search = TinySearch()
    for (path, name) in [(try search.space(), "search.yaml"), (try search.table(), "search.json")] {
      if !dense.exists(name) { try FileManager.default.copyItem(atPath: path, toPath: dense.folder(name)) }
    }
    return [
      ["train", dense.folder("space.yaml")],
      ["prune", dense.folder("dense"), "--latency", "0.8x", "--latency-model", table, "--interval", "2"],
      ["prune", dense.folder("dense"), "--audit", "--audit-images", "8", "--audit-batches", "1"],
      ["finetune", dense.folder("out/run")],
      ["mine", dense.folder("out/run"), "--replicates", "20"],
      ["paper", dense.folder("space.yaml")],
      ["explore", dense.folder("search.yaml"), "--latency-model", dense.folder("search.json"), "--jobs", "1"],
      ["report", FormatFiles.repository + "/outputs/reference"],
      ["latency", "import", dense.folder("table.csv"), "--device", "x", "--batch-size", "4"],
      ["latency", "measure", dense.folder("search.yaml"), "--budget", "0.1"],
      ["rule", "solve", dense.folder("search.yaml"), "--parameters", "100k"],
      ["study", "recover", FormatFiles.repository + "/outputs/reference"],
    ]
  }

  /// A page wants its ending.
  private func ending(_ command: [String]) -> String { command[0] == "report" ? ".html" : "" }

  private func check(_ run: BuiltCommand, _ what: String) {
    #expect(run.status == 73, "\(what): \(run.status) \(run.errors)")
    let sentence = run.errors.split(separator: "\n").last { $0.hasPrefix("error: ") } ?? ""
    #expect(sentence.contains("file") || sentence.contains("cannot write"), "\(what): \(run.errors)")
  }

  @Test func `as a file stands in the way`() throws {
    for command in try commands() {
      try AtomicFile.write("x", to: dense.folder("file"))
      for place in ["file/below", "file/deep/below"] {
        check(
          try BuiltCommand.run(command + ["--to", dense.folder(place + ending(command))]), "\(command) to \(place)")
        #expect(try FileContents.readText(dense.folder("file")) == "x")
      }
    }
  }

  /// A limit on the size of files stands in for a full disk: the first half kilobyte is there, the rest is not.
  @Test func `as there is no room, and leave nothing half-written`() throws {
    let nvit = Bundle.main.bundleURL.appendingPathComponent("nvit").path
    for (number, command) in try commands().enumerated() {
      let place = dense.folder("full/\(number)\(ending(command))")
      let line = ShellWord.line([nvit] + command + ["--to", place])
      let run = try BuiltCommand.run(["-c", "ulimit -f 1; exec \(line)"], program: URL(fileURLWithPath: "/bin/sh"))
      // What fits, fits.
      if run.status == 0 { continue }
      check(run, "\(command)")
      let left =
        ((try? FileManager.default.subpathsOfDirectory(atPath: place)) ?? []).map { "\(place)/\($0)" } + [place]
      for path in left {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue else {
          continue
        }
        #expect(!path.contains(".partial"), "\(command): \(path)")
        // Whatever is there is whole.
        let content = try FileContents.read(path)
        #expect(content.count < 512 || content.count % 512 != 0, "\(command): \(path) was cut")
        if path.hasSuffix(".json") { #expect((try? JSONSerialization.jsonObject(with: content)) != nil, "\(path)") }
        #expect(!path.hasSuffix(".safetensors"), "\(command): \(path)")
      }
    }
  }
}
