import Foundation
import RunTestSupport
import TestSupport
import Testing
import ViTArchitecture
import ViTFiles
import ViTNumerics
import ViTPruning
import ViTRuns

/// What editors and other systems do to files, and what is no file at all, wherever a file is read.
@Suite struct `Files that are odd` {
  private let dense = TinyDense()

  /// Something that is done to a sound file, after which it is read as before.
  private static let harmless: [(name: String, change: @Sendable ([UInt8]) -> [UInt8])] = [
    ("a byte order mark", { [0xef, 0xbb, 0xbf] + $0 }),
    ("line ends of two characters", { Array(String(decoding: $0, as: UTF8.self).replacing("\n", with: "\r\n").utf8) }),
    ("empty lines at its end", { $0 + Array("\n\n".utf8) }),
    (
      "UTF-16",
      { bytes in
        ([0xfeff] + Array(String(decoding: bytes, as: UTF8.self).utf16)).flatMap { [UInt8($0 & 0xff), UInt8($0 >> 8)] }
      }
    ),
  ]

  /// What makes it none.
  private static let spoilt: [(name: String, change: @Sendable ([UInt8]) -> [UInt8])] = [
    ("nothing", { _ in [] }), ("a blank", { _ in Array(" \n".utf8) }),
    ("zeros", { _ in [UInt8](repeating: 0, count: 99) }),
    ("zeros in the middle", { $0.prefix($0.count / 2) + [0, 0, 0, 0] + $0.suffix($0.count / 2) }),
    ("two fifths of it", { Array($0.prefix($0.count * 2 / 5)) }), ("a list", { _ in Array("[]".utf8) }),
    ("a number", { _ in Array("1e999".utf8) }), ("Latin-1", { _ in [0x6e, 0x61, 0xef, 0x76] }),
    ("brackets", { _ in [UInt8](repeating: 0x5b, count: 100_000) }),
  ]

  /// A kind of file: where a sound one lies, and what reads it.
  private struct Kind {
    var name: String
    var path: String
    var read: () throws -> Void
  }

  private func kinds() throws -> [Kind] {
    try dense.train()
    try dense.prune()
    let space = dense.folder("space.yaml")
    let table = dense.folder("table.json")
    let architecture = dense.folder("dense/architecture.json")
    let (weights, bare) = (dense.folder("dense/weights.safetensors"), dense.folder("bare.safetensors"))
    try StrippedWeights.copy(weights, to: bare)
    let shown = dense.folder("shown.json")
    try AtomicFile.write(try RuleMember(of: space, at: [], latencyModel: nil).json, to: shown)
    func evaluate(_ weights: String, _ source: String?) throws {
      var settings = EvaluateRun.Settings(weights: weights, space: space)
      settings.facts.architecture = source
      _ = try EvaluateRun(settings).run()
    }
    func finetune() throws {
      var settings = FinetuneRun.Settings(family: dense.folder("out/run"), to: dense.folder("out/\(UUID().uuidString)"))
      settings.targets = ["0.8x"]
      settings.epochs = 0.1
      _ = try FinetuneRun(settings).run()
    }
    return [
      Kind(name: "a document", path: space) { _ = try SearchSpace(contentsOf: space) },
      Kind(name: "an architecture", path: architecture) {
        var prediction = LatencyPrediction.Settings(file: architecture)
        prediction.latencyModel = table
        _ = try LatencyPrediction(prediction).run()
      },
      Kind(name: "an architecture of weights", path: architecture) { try evaluate(bare, architecture) },
      Kind(name: "a member", path: shown) { try evaluate(bare, shown) },
      Kind(name: "a latency table", path: table) {
        _ = try RuleMember(of: space, at: [], latencyModel: table)
      },
      Kind(name: "a CSV table", path: dense.folder("table.csv")) {
        _ = try LatencyImport(
          .init(
            table: dense.folder("table.csv"), device: "x", batchSize: 1,
            to: dense.folder("out/\(UUID().uuidString).json"))
        ).run()
      },
      Kind(name: "a family", path: dense.folder("out/run/family.json"), read: finetune),
      Kind(name: "a training", path: dense.folder("dense/training.json"), read: finetune),
    ]
  }

  @Test func `are read where nothing of their content is lost`() throws {
    for kind in try kinds() {
      let sound = [UInt8](try FileContents.read(kind.path))
      for odd in Self.harmless {
        try dense.folder.write(odd.change(sound), to: relative(kind.path))
        #expect(throws: Never.self, "\(kind.name) with \(odd.name)") { try kind.read() }
      }
      try dense.folder.write(sound, to: relative(kind.path))
    }
  }

  @Test func `are refused in one plain sentence that names them`() throws {
    for kind in try kinds() {
      let sound = [UInt8](try FileContents.read(kind.path))
      for odd in Self.spoilt {
        try dense.folder.write(odd.change(sound), to: relative(kind.path))
        check("\(kind.name) with \(odd.name)", kind)
      }
      try FileManager.default.removeItem(atPath: kind.path)
      for (name, make) in [
        ("nothing there", { _ in }), ("a folder", { mkdir($0, 0o755) }), ("a link to itself", { symlink($0, $0) }),
        ("a device", { symlink("/dev/zero", $0) }), ("a link to nothing", { symlink($0 + "-none", $0) }),
      ] as [(String, (String) -> Void)] {
        make(kind.path)
        check("\(kind.name), \(name)", kind)
        try? FileManager.default.removeItem(atPath: kind.path)
      }
      try dense.folder.write(sound, to: relative(kind.path))
    }
  }

  private func check(_ what: String, _ kind: Kind) {
    let error = #expect(throws: (any Error).self, "\(what)") { try kind.read() }
    let text = error.map { "\($0)" } ?? ""
    #expect(text.contains(URL(fileURLWithPath: kind.path).lastPathComponent), "\(what): \(text)")
    for raw in ["Swift.", "Error(", "NSCocoa", "CodingKeys", "Context(", "The given data", "couldn", "Optional("] {
      #expect(!text.contains(raw), "\(what): \(text)")
    }
    #expect(text.count < 400 && !text.isEmpty, "\(what): \(text)")
  }

  private func relative(_ path: String) -> String { String(path.dropFirst(dense.folder.path.count + 1)) }
}
