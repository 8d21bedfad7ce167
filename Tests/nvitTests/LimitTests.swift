import Foundation
import TestSupport
import Testing

/// Limits that a shell sets, as containers and batch systems do.
@Suite struct `Under a limit of the system` {
  private let folder = TemporaryFolder()

  /// Images of one grey, 64 to train on, and a network of 5 million parameters.
  private func document() throws -> String {
    for (part, count) in [("train", UInt32(64)), ("t10k", 16)] {
      let pixels = [UInt8](repeating: 100, count: Int(count) * 28 * 28)
      let labels = (0..<count).map { UInt8($0 % 10) }
      try folder.write(IDXEncoding.file([count, 28, 28], pixels), to: "\(part)-images-idx3-ubyte")
      try folder.write(IDXEncoding.file([count], labels), to: "\(part)-labels-idx1-ubyte")
    }
    let text = """
      nvit: 1
      name: limited
      architecture: {image-size: 28, channels: 1, patch-size: 7, classes: 10, depth: 6, embedding: 256}
      rule: {heads: 4, query-key: 64, value: 64, mlp-hidden: 4E}
      dataset: {format: idx, path: ., validation-count: 16}
      recipe: {epochs: 1, batch-size: 16, learning-rate: 0.001, warmup-epochs: 0.1}
      """
    try text.write(toFile: folder("space.yaml"), atomically: true, encoding: .utf8)
    return folder("space.yaml")
  }

  private func train(_ document: String, under limit: String) throws -> BuiltCommand {
    let nvit = Bundle.main.bundleURL.appendingPathComponent("nvit").path
    return try BuiltCommand.run(
      ["-c", "ulimit \(limit) && exec \"$0\" \"$@\"", nvit, "train", document, "--to", folder("out"), "--overwrite"],
      program: URL(fileURLWithPath: "/bin/bash"))
  }

  /// Kibibytes of addresses: too few to begin, for the data, for the training; enough.
  @Test func `A training that does not fit is refused, and one that is not refused runs`() throws {
    let document = try document()
    var statuses: [Int32] = []
    for limit in [250_000, 350_000, 450_000, 600_000, 800_000, 2_000_000] {
      let run = try train(document, under: "-v \(limit)")
      statuses.append(run.status)
      guard run.status != 0 else { continue }
      #expect([1, 65, 66].contains(run.status), "\(limit): \(run.errors)")
      #expect(
        run.errors.contains("of memory, but the limit of this process (ulimit -v) leaves"), "\(limit): \(run.errors)")
    }
    #expect(statuses.first != 0 && statuses.last == 0, "\(statuses)")
  }

  @Test func `Too few open files are refused`() throws {
    let run = try train(try document(), under: "-n 20")
    #expect(run.status == 1)
    #expect(run.errors == "error: at most 20 files may be open (ulimit -n), expected at least 64\n")
    let soft = try train(try document(), under: "-Sn 20")
    #expect(soft.status == 0, "\(soft.errors)")
  }
}
