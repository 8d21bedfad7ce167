import Foundation
import RunTestSupport
import TestSupport
import Testing
import ViTFiles
import ViTReport
import ViTRuns
import ViTSearch
import ViTStorage

/// Real searches over random images.
@Suite struct `Exploring a space` {
  private let search = TinySearch()

  private func records(_ study: String = "out/study") throws -> [TrialRecord] {
    try StudyDatabase(readOnly: search.folder(study) + "/study.sqlite").records()
  }

  @Test func `A small search goes through, and is neither repeated nor changed by accident`() async throws {
    let space = try search.space()
    let witness = RunWitness()
    let outcome = try await search.explore(space, .keep, witness.observer)
    #expect(outcome.folder == search.folder("out/study"))
    #expect(try FrontDocument(contentsOf: search.folder("out/study/pareto.json")) == outcome.front)
    #expect(try FileContents.readText(search.folder("out/study/report.html")).contains("<h1>tiny</h1>"))
    #expect(witness.text.contains("latencies predicted from") && witness.text.contains("drawn: 64 points"))
    #expect(witness.text.contains("explored in "))
    let activities = witness.progress.map(\.activity)
    #expect(activities.contains("drawing") && activities.last == "exploring")
    #expect(witness.progress.contains { $0.detail.hasPrefix("final 1/2 ") && $0.imagesPerSecond != nil })

    let again = await expectAsyncError(FileError.self, "--resume") { try await search.explore(space) }
    #expect(again?.code == .alreadyExists)
    let changed = try search.space("other.yaml", replacing: "draws: 64", with: "draws: 65")
    let refused = await expectAsyncError(SearchError.self, "draws: 65") { try await search.explore(changed, .resume) }
    #expect(refused?.code == .spaceChanged)
    var budget = try search.settings(space, .resume)
    budget.budget.seeds = 2
    let other = await expectAsyncError(SearchError.self, "another seed or budget") {
      try await ExploreRun(budget).run()
    }
    #expect(other?.code == .spaceChanged)
    let export = ExportRun.Settings(study: outcome.folder, target: "3x", to: search.folder("export"))
    let target = expectError(SearchError.self, "expected one of") { try ExportRun(export).run() }
    #expect(target?.code == .unreachableTarget && !search.exists("export"))
  }

  @Test func `How a run was started is part of the study`() async throws {
    let settings = try search.settings(try search.space())
    _ = try await ExploreRun(settings).run()
    let runs = try StudyDatabase(readOnly: search.folder("out/study/study.sqlite")).runs()
    #expect(runs.map(\.command) == [["nvit"] + settings.commandLine] && runs.first?.threads == 2)
  }

  @Test func `A plan shows what would be trained, and writes nothing`() async throws {
    let plan = try await ExploreRun(try search.settings(try search.space())).plan()
    #expect(plan.members.count == 2 && PlanTable.text(plan).contains("base"))
    #expect(!search.exists("out"))
  }

  @Test func `A search that is stopped says what it keeps and how it goes on, and ends as if it had not been`()
    async throws
  {
    let space = try search.space(searching: "", candidates: 2, seeds: 2)
    let whole = try await search.explore(space, to: "whole").front
    let witness = RunWitness { event in
      guard case .progress(let progress) = event else { return false }
      return progress.detail.hasPrefix("final 4/6")
    }
    let error = try #require(
      await expectAsyncError(UnfinishedRun.self, "stopped; 3 of 6 trainings are kept") {
        try await ExploreRun(search.settings(space, jobs: 1)).run(witness.observer)
      })
    #expect(try error.isStopped && records().count == 3)
    let resumption = try #require(error.resumption as? ExploreRun.Settings)
    #expect(try resumption == search.settings(space, jobs: 1, .resume))
    let outcome = try await ExploreRun(resumption).run()
    #expect(outcome.front.entries.map(\.name) == whole.entries.map(\.name))
    #expect(outcome.front.entries.map(\.validation) == whole.entries.map(\.validation))
    let runs = try StudyDatabase(readOnly: search.folder("out/study/study.sqlite")).runs()
    #expect(runs.map(\.state) == [.interrupted, .completed])
  }

  @Test func `Stopped before the first training, it leaves no folder`() async throws {
    let space = try search.space()
    let witness = RunWitness(stopping: "drawing")
    await #expect(throws: CancellationError.self) { try await search.explore(space, .keep, witness.observer) }
    #expect(!search.exists("out"))
  }

  @Test(arguments: [
    ("targets: [0.7x base]", "targets: [0.001us]", "out of reach: the"),
    ("targets: [", "constraints: {parameters: {max: 9}}\ntargets: [", "parameters at most 9: excludes"),
    ("path: data", "path: none", "apt-get install dataset-fashion-mnist"),
    ("batch-size: 8", "batch-size: 1000000000000", "recipe.batch-size"),
    ("draws: 64", "draws: 100000000", "expected a whole number from 1 to 1048576"),
    ("epochs: 1", "epochs: 1e300", "recipe.epochs"),
    ("classes: 10", "classes: 5", "expected 0 to 4, since the model has 5 classes"),
    ("epochs: 1,", "epochs: 1, distillation: {teacher: none.safetensors},", "none.safetensors"),
    ("depth: 2,", "dpeth: 2,", "did you mean \"depth\""),
  ])
  func `Spaces that cannot be explored are refused and leave no folder`(
    old: String, new: String, message: String
  ) async throws {
    let space = try search.space(replacing: old, with: new)
    let error = await #expect(throws: (any Error).self) { try await search.explore(space) }
    #expect("\(error.map { "\($0)" } ?? "")".contains(message))
    #expect(!search.exists("out"))
  }

  @Test func `Trainings that diverge are recorded, and the search ends with a clear message`() async throws {
    let wild = try search.space(
      replacing: "learning-rate: 0.001, epsilon: 0.000001",
      with: "learning-rate: 10, epsilon: 1e-300, beta1: 0, beta2: 0")
    let error = try #require(await expectAsyncError(UnfinishedRun.self) { try await search.explore(wild) })
    let cause = try #require(error.cause as? SearchError)
    #expect(cause.code == .everythingFailed && cause.description.contains("trainings diverged"))
    // They would diverge again.
    #expect(error.resumption == nil)
    let trials = try records()
    #expect(trials.count == 2 && trials.allSatisfy { "\($0.outcome.state)".contains("not finite") })
  }

  @Test func `A study that is not there, or not sound, is not resumed`() async throws {
    let space = try search.space()
    func resume() async throws -> ExploreRun.Outcome { try await search.explore(space, .resume) }
    let none = await expectAsyncError(SearchError.self, "no study to resume", from: resume)
    #expect(none?.code == .noStudy)
    try await search.explore(space)
    let front = try FileContents.read(search.folder("out/study/pareto.json"))
    try FileManager.default.removeItem(atPath: search.folder("out/study/pareto.json"))
    _ = try await resume()
    #expect(try FileContents.read(search.folder("out/study/pareto.json")) == front)
    var pages = try FileContents.read(search.folder("out/study/study.sqlite"))
    for offset in 4096..<pages.count { pages[offset] = 0xa5 }
    for damaged in [pages, Data("rubbish".utf8)] {
      try AtomicFile.write(damaged, to: search.folder("out/study/study.sqlite"))
      let error = await #expect(throws: (any Error).self) { try await resume() }
      #expect("\(error.map { "\($0)" } ?? "")".contains("nvit study recover"))
    }
    for name in ["plan.json", "trials.jsonl"] {
      try AtomicFile.write("{}\n", to: search.folder("out/study/\(name)"))
    }
    try FileManager.default.removeItem(atPath: search.folder("out/study/study.sqlite"))
    let older = await expectAsyncError(SearchError.self, "older version of nvit", from: resume)
    #expect(older?.code == .badStudy)
  }

  // MARK: Rungs

  /// The baseline is trained in two parts in one study, in three in the other, and in five steps in all.
  @Test func `Rungs train in parts what would be trained at once, bit for bit`() async throws {
    func baseline(_ rungs: String, _ study: String) async throws -> [TrialRecord] {
      let space = try search.space(searching: "start-candidates-per-target: 4, rungs: \(rungs)")
      try await search.explore(space, to: study)
      return try records(study).filter { $0.phase == .baseline }.sorted { $0.identifier.rung < $1.identifier.rung }
    }
    let few = try await baseline("[3/5, 1]", "two")
    let many = try await baseline("[1/5, 3/5, 1]", "three")
    #expect(few.map(\.outcome.samplesSeen) == [24, 40] && many.map(\.outcome.samplesSeen) == [8, 24, 40])
    #expect(few.map(\.outcome.validationLoss) == many.dropFirst().map(\.outcome.validationLoss))
    #expect(few.map(\.outcome.validationAccuracy) == many.dropFirst().map(\.outcome.validationAccuracy))
    #expect(few[0].outcome.validationLoss != few[1].outcome.validationLoss)
  }

  @Test func `Winners of the search and of random search are reported, and no training states stay`() async throws {
    let space = try search.space(
      searching: "start-candidates-per-target: 4, rungs: [3/5, 1], audit: 3, random-search: true, max-seeds: 2")
    let witness = RunWitness()
    let front = try await search.explore(space, to: "study", .keep, witness.observer).front
    let text = FrontTable.text(front)
    #expect(text.hasPrefix("At 0.7x latency "))
    #expect(text.contains("random search") && text.contains("WARNING: "))
    #expect(front.comparisons.count == 1 && front.arms.count == 2 && front.audit?.count == 3)
    #expect(front.answers.first.map { text.contains($0) } == true)
    let files = try FileManager.default.subpathsOfDirectory(atPath: search.folder("study"))
    #expect(!files.contains { $0.hasPrefix("states") })
    #expect(Set(files.filter { $0.hasSuffix(".safetensors") }) == Set(front.entries.compactMap(\.weightsFile)))
    for entry in front.front {
      let weights = search.folder("study/\(try #require(entry.weightsFile))")
      _ = try EvaluateRun(EvaluateRun.Settings(weights: weights, space: space)).run()
    }
    #expect(witness.progress.contains { $0.detail.contains(", rung ") })
    #expect(witness.progress.contains { $0.detail.contains(", audit") })
  }

  @Test func `Rungs that end at the same step are refused`() async throws {
    let space = try search.space(searching: "start-candidates-per-target: 4, rungs: [0.5, 0.6, 1]")
    await expectAsyncError(SearchError.self, "rungs 0.5 and 0.6 of a training of 5 steps both end at step 3") {
      try await search.explore(space, to: "study")
    }
    #expect(!search.exists("study"))
  }
}
