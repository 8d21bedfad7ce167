import Foundation
import TestSupport
import Testing
import ViTArchitecture
import ViTBenchmarks
import ViTFiles
import ViTKernels

@Suite struct `The worker that times steps` {
  /// Two blocks on 17 tokens, so that a step takes milliseconds.
  private static let tiny = Architecture(
    imageSize: 28, channels: 1, patchSize: 7, classCount: 10, embedding: 32,
    blocks: Array(repeating: .init(heads: 2, queryKey: 8, value: 12, mlpHidden: 50), count: 2))

  private func talk(
    _ lines: [String], batch: Int = 8, change: (inout StepWorker.Settings) -> Void = { _ in }
  ) throws -> Conversation {
    var settings = StepWorker.Settings(Self.tiny, batchSize: batch, threads: 2)
    change(&settings)
    let conversation = Conversation(lines)
    try StepWorker(settings).run(conversation.ends)
    return conversation
  }

  @Test func `It answers each command with a line and ends with its peak memory`() throws {
    let conversation = try talk(["run", "run 20", "run 20", "quit", "run"]) {
      $0.steps = 3
      $0.learningRate = 1e-3
    }
    #expect(conversation.unread == 1)
    let answers = try conversation.objects()
    try #require(answers.count == 5)
    #expect(answers[0]["ready"] as? Bool == true)
    #expect(answers[0]["kernels"] as? String == KernelSet.current.name)
    #expect(answers[1...3].map { $0["steps"] as? Int } == [3, 20, 20])
    #expect(answers[1...3].allSatisfy { ($0["seconds"] as? Double ?? 0) > 0 })
    // The same batch again and again: AdamW learns it.
    let losses = answers[1...3].compactMap { $0["loss"] as? Double }
    #expect(losses.count == 3 && losses == losses.sorted(by: >))
    #expect(try #require(answers[4]["peakMemoryBytes"] as? Int) > 1 << 20)
  }

  @Test func `The end of the input ends it, and a forward pass reports its loss`() throws {
    let answers = try talk(["run 2"], batch: 5) { $0.mode = .inference }.objects()
    try #require(answers.count == 3)
    // Fresh weights know nothing: the loss is near that of ten equally likely classes, ln 10.
    let loss = try #require(answers[1]["loss"] as? Double)
    #expect(abs(loss - log(10)) < 0.2)
  }

  @Test(arguments: ["run 0", "run 1000001", "run many", "run 1 2", "walk", "quit now", ""])
  func `A line that is no command is refused with what was expected`(line: String) {
    let error = #expect(throws: WorkerError.self) { try talk([line]) }
    #expect(error?.code == .unknownCommand)
    #expect(error?.description.contains("\"\(line)\" was read, expected \"run\", \"run N\" with N from 1") == true)
  }

  @Test func `It works on the batch of a file, of which the first images do`() throws {
    let folder = TemporaryFolder()
    func write(_ name: String, images count: Int) throws -> String {
      try SafeTensorsFile.write(
        tensors: [
          .init("images", shape: [count, 1, 28, 28], values: Array(repeating: 0.5, count: count * 28 * 28)),
          .init(
            "targets", shape: [count, 10],
            values: (0..<count).flatMap { [Float](repeating: 0, count: 9) + [$0 < 4 ? 1 : 0] }),
        ], metadata: [:], to: folder(name))
      return folder(name)
    }
    func loss(_ data: String) throws -> Double {
      let answers = try talk(["run 2"], batch: 4) {
        $0.mode = .inference
        $0.data = data
      }.objects()
      return try #require(answers[1]["loss"] as? Double)
    }
    let exact = try loss(write("four.safetensors", images: 4))
    #expect(exact > 0)
    #expect(try loss(write("six.safetensors", images: 6)) == exact)
    let short = try write("three.safetensors", images: 3)
    let error = #expect(throws: FileError.self) { try loss(short) }
    #expect(error?.code == .malformed)
    #expect(error?.description.contains("for 4 images") == true)
    #expect(throws: FileError.self) { try loss(folder("none.safetensors")) }
    #expect(throws: FileError.self) { try talk(["run"]) { $0.weights = folder("none.safetensors") } }
  }
}
