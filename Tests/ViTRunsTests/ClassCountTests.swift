import Foundation
import RunTestSupport
import TestSupport
import Testing
import ViTArchitecture
import ViTFiles
import ViTPruning
import ViTRuns
import ViTSearch

/// The number of classes is the document's, in everything that a model goes through.
@Suite struct `Any number of classes` {
  private let dense = TinyDense()

  /// The document of a model of so many classes, over images of `labels` of them.
  private func space(_ classes: Int, labels: Int? = nil) throws -> String {
    let path = try dense.space()
    try NoiseImages.write(to: dense.folder, training: 160, test: 70, classes: labels ?? classes)
    try AtomicFile.write(
      try FileContents.readText(path).replacing("classes: 10", with: "classes: \(classes)").replacing(
        "validation-count: 20", with: "validation-count: 62"), to: path)
    return path
  }

  private func train(_ space: String) throws {
    var settings = TrainRun.Settings(source: space)
    settings.folder = dense.folder("dense")
    settings.threads = 1
    settings.existing = .replace
    _ = try TrainRun(settings).run()
  }

  /// Of MNIST's kin, EMNIST's: 26 letters, 47 balanced and 62 classes; and two.
  @Test(arguments: [2, 26, 47, 62]) func `goes through training, scoring, pruning and finetuning`(classes: Int) throws {
    let space = try space(classes)
    try train(space)
    let weights = dense.folder("dense/weights.safetensors")
    for split in EvaluateRun.Split.allCases {
      var evaluation = EvaluateRun.Settings(weights: weights, space: space)
      evaluation.split = split
      evaluation.logits = dense.folder("\(split.rawValue).safetensors")
      let outcome = try EvaluateRun(evaluation).run()
      #expect(outcome.images == [.validation: 62, .test: 70, .training: 98][split] && outcome.loss.isFinite)
      let logits = try SafeTensorsFile(contentsOf: dense.folder("\(split.rawValue).safetensors"))
      #expect(logits.tensor(named: "logits")?.shape == [outcome.images, classes])
    }
    try dense.prune { $0.hardTeacher = dense.folder("training.safetensors") }
    let finetuned = try FinetuneRun(
      FinetuneRun.Settings(family: dense.folder("out/run"), to: dense.folder("finetuned"))
    ).run()
    #expect(finetuned.models.count == 2)
    let head = try SafeTensorsFile(contentsOf: dense.folder("finetuned/\(finetuned.models[1].weightsFile)"))
    #expect(head.tensor(named: "head.bias")?.shape == [classes])
  }

  @Test(arguments: [2, 62]) func `goes through a search`(classes: Int) async throws {
    let search = TinySearch()
    let space = try search.space(replacing: "classes: 10", with: "classes: \(classes)")
    try NoiseImages.write(to: search.folder, training: 160, test: 70, classes: classes)
    let front = try await search.explore(space).front
    #expect(front.entries.allSatisfy { $0.architecture.classCount == classes && $0.validation != nil })
  }

  @Test func `may be more than appear, and not fewer`() throws {
    try train(try space(30, labels: 3))
    expectError(FileError.self, "train-labels-idx1-ubyte", "the label of image 3 is 2, expected 0 to 1") {
      try train(try space(2, labels: 3))
    }
  }

  @Test func `of weights and document must agree`() throws {
    try train(try space(26))
    let other = try space(47, labels: 26)
    expectError(FileError.self, "of 26 classes, the document's images are", "of 47") {
      try EvaluateRun(.init(weights: dense.folder("dense/weights.safetensors"), space: other)).run()
    }
  }
}
