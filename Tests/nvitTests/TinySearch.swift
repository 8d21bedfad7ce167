import Foundation
import TestSupport
import Testing
import ViTFiles
import ViTNumerics

/// A search over random images that takes a second, in a folder of its own.
final class TinySearch: Sendable {
  let folder = TemporaryFolder()

  /// A space of 32 tiny members over a data set of 60 images, 28 pixels wide.
  func space(_ name: String = "space.yaml", replacing old: String = "", with new: String = "") throws -> String {
    let text = """
      nvit: 1
      name: tiny
      architecture: {image-size: 28, channels: 1, patch-size: 14, classes: 10, depth: 2, embedding: {choices: [8, 16]}}
      rule: {heads: {choices: [1, 2]}, query-key: 4, value: 8, mlp-hidden: {base: {choices: [1E, 2E]}}}
      baselines: [{name: base, embedding: 16, depth: 2, heads: 2, query-key: 8, value: 8}]
      targets: [0.7x base]
      dataset: {format: idx, path: data, validation-count: 20}
      recipe: {epochs: 1, batch-size: 8, warmup-epochs: 0, learning-rate: 0.001, epsilon: 0.000001}
      latency: {batch-size: 4, threads: 1, budget-seconds: 0.2}
      search: {draws: 64, candidates-per-target: 1, seeds: 1, tolerance: 1}

      """
    try #require(old.isEmpty || text.contains(old))
    try FileManager.default.createDirectory(atPath: folder("data"), withIntermediateDirectories: true)
    for (part, count) in [("train", 60), ("t10k", 20)] {
      try idx([UInt8](repeating: 0, count: count).indices.map { UInt8($0 % 10) }, [count])
        .write(to: URL(fileURLWithPath: folder("data/\(part)-labels-idx1-ubyte")))
      var random = CounterRandom(seed: 1, purpose: "pixels")
      try idx((0..<count * 784).map { _ in UInt8(random.uniform() * 256) }, [count, 28, 28])
        .write(to: URL(fileURLWithPath: folder("data/\(part)-images-idx3-ubyte")))
    }
    try AtomicFile.write(old.isEmpty ? text : text.replacing(old, with: new), to: folder(name))
    return folder(name)
  }

  /// Bytes in the IDX format: magic, sizes, content.
  private func idx(_ content: [UInt8], _ sizes: [Int]) -> Data {
    Data([0, 0, 8, UInt8(sizes.count)] + sizes.flatMap { [0, 0, UInt8($0 >> 8), UInt8($0 & 255)] } + content)
  }

  /// A table of a complete grid, so that no test has to measure.
  func table() throws -> String {
    guard !FileManager.default.fileExists(atPath: folder("table.json")) else { return folder("table.json") }
    var lines = ["embedding,heads,query_key,value,mlp_hidden,seconds"]
    for e in [8, 16] {
      for h in [1, 2] {
        for q in [4, 8] {
          for m in [8, 64] { lines.append("\(e),\(h),\(q),8,\(m),\(Double(e * (h * (2 * q + 16) + 2 * m)) * 1e-9)") }
        }
      }
    }
    try AtomicFile.write(lines.joined(separator: "\n") + "\n", to: folder("table.csv"))
    let run = try BuiltCommand.run([
      "latency", "import", folder("table.csv"), "--device", "none", "--batch-size", "4", "--to", folder("table.json"),
    ])
    try #require(run.status == 0, "\(run.errors)")
    return folder("table.json")
  }

  /// The arguments that explore a space into a study folder.
  func arguments(_ space: String, to study: String = "out/study", jobs: Int = 2) throws -> [String] {
    [
      "explore", space, "--to", folder(study), "--latency-model", try table(), "--jobs", "\(jobs)", "--threads", "2",
    ]
  }
}
