import Foundation
import RunTestSupport
import TestSupport
import Testing
import ViTArchitecture
import ViTFiles
import ViTRuns

@Suite struct `Training one architecture` {
  private let search = TinySearch()

  private func settings(
    _ space: String, _ change: (inout TrainRun.Settings) -> Void = { _ in }
  ) -> TrainRun.Settings {
    var settings = TrainRun.Settings(source: space)
    settings.baseline = "base"
    settings.folder = search.folder("out/base")
    settings.threads = 1
    change(&settings)
    return settings
  }

  @Test func `keeps weights that score as it says, and says how far it is`() throws {
    let space = try search.space()
    let witness = RunWitness()
    let outcome = try TrainRun(settings(space) { $0.seed = 3 }).run(witness.observer)
    // 40 images in batches of 8.
    #expect(outcome.samplesSeen == 40 && outcome.validationImages == 20 && outcome.seed == 3)
    #expect(outcome.weights == search.folder("out/base/weights.safetensors"))
    let scores = try EvaluateRun(EvaluateRun.Settings(weights: outcome.weights, space: space)).run()
    #expect(scores.accuracy == outcome.validationAccuracy && scores.loss == outcome.validationLoss)
    #expect(scores.images == 20 && scores.split == "validation")
    for name in ["architecture.json", "training.json"] { #expect(search.exists("out/base/\(name)")) }
    #expect(
      try Architecture(contentsOf: search.folder("out/base/architecture.json")).parameterCount == outcome.parameters)
    let fractions = witness.progress.map(\.fraction)
    #expect(fractions == fractions.sorted() && fractions.last == 1 && witness.progress.allSatisfy { $0.loss != nil })
    #expect(
      witness.progress.first?.activity == "training base" && witness.texts.last?.hasPrefix("trained base") == true)
    #expect(outcome.text.contains("] (95%, 20 images)\n"))
    // SciPy 1.17.1: `beta.ppf(0.025, 20, 1)`.
    var perfect = outcome
    perfect.validationAccuracy = 1
    #expect(perfect.text.contains("100.00% [83.16, 100.00] (95%, 20 images)\n"))
  }

  @Test func `gives the same weights for the same seed, with any number of threads`() throws {
    let space = try search.space()
    _ = try TrainRun(settings(space)).run()
    _ = try TrainRun(
      settings(space) {
        $0.threads = 2
        $0.folder = search.folder("out/again")
      }
    ).run()
    #expect(
      try FileContents.read(search.folder("out/base/weights.safetensors"))
        == FileContents.read(search.folder("out/again/weights.safetensors")))
  }

  @Test(arguments: [0.1, 0.5, 0.9]) func `Stopped anywhere, it goes on to the same weights`(fraction: Double) throws {
    let space = try search.space()
    let whole = try TrainRun(
      settings(space) {
        $0.epochs = 2
        $0.folder = search.folder("out/whole")
      }
    ).run()
    let witness = RunWitness(stopping: "training", at: fraction)
    let error = try #require(
      expectError(UnfinishedRun.self, "stopped", "of 10 steps are kept") {
        try TrainRun(settings(space) { $0.epochs = 2 }).run(witness.observer)
      })
    #expect(error.isStopped && !search.exists("out/base/weights.safetensors"))
    let resumption = try #require(error.resumption as? TrainRun.Settings)
    let again = RunWitness()
    let rest = try TrainRun(resumption).run(again.observer)
    #expect(witness.progress.count + again.progress.count == 10, "no step is done twice")
    #expect(rest.trainingLoss == whole.trainingLoss && rest.validationLoss == whole.validationLoss)
    #expect(
      try FileContents.read(search.folder("out/base/weights.safetensors"))
        == FileContents.read(search.folder("out/whole/weights.safetensors")))
    #expect(!search.exists("out/base/state"))
    let done = expectError(FileError.self, "nothing to resume") { try TrainRun(resumption).run() }
    #expect(done?.code == .alreadyExists)
    let provenance = try Provenance.read(path: search.folder("out/base/provenance.json"))
    #expect(provenance.kind == "train" && provenance.runs.map(\.state) == [.interrupted, .completed])
  }

  @Test func `A training goes on with what it was started with only`() throws {
    let space = try search.space()
    let witness = RunWitness(stopping: "training", at: 0.3)
    expectError(UnfinishedRun.self) { try TrainRun(settings(space) { $0.epochs = 2 }).run(witness.observer) }
    for (message, change) in [
      ("+ line", { $0.seed = 4 }), ("+ line", { $0.epochs = 3 }), ("SHA-256 of the data set", { $0.data = "" }),
    ] as [(String, (inout TrainRun.Settings) -> Void)] {
      try NoiseImages.write(to: search.folder, training: 61)
      try FileManager.default.moveItem(atPath: search.folder("data"), toPath: search.folder("other"))
      try NoiseImages.write(to: search.folder)
      let error = expectError(FileError.self, message) {
        try TrainRun(
          settings(space) {
            $0.epochs = 2
            $0.existing = .resume
            change(&$0)
            if $0.data != nil { $0.data = search.folder("other") }
          }
        ).run()
      }
      #expect(error?.code == .changed)
      try FileManager.default.removeItem(atPath: search.folder("other"))
    }
    let taken = expectError(FileError.self, "go on with --resume") { try TrainRun(settings(space)).run() }
    #expect(taken?.code == .alreadyExists)
    let none = expectError(FileError.self, "no training to resume") {
      try TrainRun(
        settings(space) {
          $0.folder = search.folder("none")
          $0.existing = .resume
        }
      ).run()
    }
    #expect(none?.code == .notFound && !search.exists("none"))
  }

  @Test func `does not replace weights unless asked`() throws {
    let space = try search.space()
    let first = try TrainRun(settings(space)).run()
    let again = expectError(FileError.self, "weights are already there") { try TrainRun(settings(space)).run() }
    #expect(again?.code == .alreadyExists)
    let other = try TrainRun(
      settings(space) {
        $0.seed = 1
        $0.existing = .replace
      }
    ).run()
    #expect(other.validationLoss != first.validationLoss)
  }

  @Test func `that diverges says at which step, and leaves nothing`() throws {
    let wild = try search.space(
      replacing: "learning-rate: 0.001, epsilon: 0.000001",
      with: "learning-rate: 10, epsilon: 1e-300, beta1: 0, beta2: 0")
    let error = expectError(RunError.self, "not finite at step") { try TrainRun(settings(wild)).run() }
    #expect(error?.code == .diverged && !search.exists("out"))
  }

  @Test func `refuses sources that are not one architecture with data and recipe`() throws {
    let space = try search.space()
    func expectRefusal(
      _ message: String, sourceLocation: SourceLocation = #_sourceLocation,
      _ change: (inout TrainRun.Settings) -> Void
    ) {
      let error = expectError(RunError.self, message, sourceLocation: sourceLocation) {
        try TrainRun(settings(space, change)).run()
      }
      #expect(error?.code == .badSettings, sourceLocation: sourceLocation)
    }
    expectRefusal("--baseline NAME") { $0.baseline = nil }
    expectRefusal("no baseline \"other\"; it has base") { $0.baseline = "other" }
    expectRefusal("add --recipe SPACE.yaml") { $0.source = "model.json" }
    expectRefusal("--baseline needs a search space") {
      $0.source = "model.json"
      $0.recipe = space
    }
    let bare = search.folder("bare.yaml")
    try AtomicFile.write(
      FileContents.readText(space).split(separator: "\n").filter {
        !$0.hasPrefix("recipe:") && !$0.hasPrefix("dataset:")
      }.joined(separator: "\n"), to: bare)
    expectRefusal("has no dataset") { $0.source = bare }
    let file = expectError(FileError.self, "Not a directory") {
      try TrainRun(settings(space) { $0.folder = space + "/x" }).run()
    }
    #expect(file?.code == .cannotCreate && !search.exists("out"))
  }

  @Test func `does not call a fraction where a width belongs invalid JSON`() throws {
    try AtomicFile.write(
      #"{"schema": "nvit.architecture/1", "image_size": 28.5, "channels": 1}"#, to: search.folder("half.json"))
    let space = try search.space()
    let error = expectError(FileError.self, "expected whole numbers") {
      try TrainRun(
        settings(search.folder("half.json")) {
          $0.baseline = nil
          $0.recipe = space
        }
      ).run()
    }
    #expect(error?.code == .malformed)
  }

  @Test func `Scores are only given for weights that fit the images`() throws {
    let space = try search.space()
    let error = expectError(FileError.self, "not a safetensors file") {
      try EvaluateRun(EvaluateRun.Settings(weights: space, space: space)).run()
    }
    #expect(error?.code == .malformed)
  }
}
