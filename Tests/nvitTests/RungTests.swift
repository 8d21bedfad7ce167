import Foundation
import TestSupport
import Testing
import ViTFiles
import ViTSearch
import ViTStorage

/// Real searches with rungs.
@Suite struct `A search with rungs` {
  private let search = TinySearch()

  private func explore(_ section: String, to study: String) throws -> BuiltCommand {
    let space = try search.space(
      replacing: "search: {draws: 64, candidates-per-target: 1, seeds: 1,",
      with: "search: {draws: 64, candidates-per-target: 1, seeds: 1, \(section),")
    return try BuiltCommand.run(try search.arguments(space, to: study))
  }

  private func records(_ study: String) throws -> [TrialRecord] {
    try StudyDatabase(readOnly: search.folder(study) + "/study.sqlite").records()
  }

  /// The baseline is trained in two parts in one study, in three in the other, and in five steps in all.
  @Test func `trains in parts what it would train at once, bit for bit`() throws {
    let two = try explore("start-candidates-per-target: 4, rungs: [3/5, 1]", to: "two")
    try #require(two.status == 0, "\(two.errors)")
    let three = try explore("start-candidates-per-target: 4, rungs: [1/5, 3/5, 1]", to: "three")
    try #require(three.status == 0, "\(three.errors)")
    func baseline(_ study: String) throws -> [TrialRecord] {
      try records(study).filter { $0.phase == .baseline }.sorted { $0.identifier.rung < $1.identifier.rung }
    }
    let (few, many) = (try baseline("two"), try baseline("three"))
    #expect(few.map(\.outcome.samplesSeen) == [24, 40] && many.map(\.outcome.samplesSeen) == [8, 24, 40])
    #expect(few.map(\.outcome.validationLoss) == many.dropFirst().map(\.outcome.validationLoss))
    #expect(few.map(\.outcome.validationAccuracy) == many.dropFirst().map(\.outcome.validationAccuracy))
    #expect(few[0].outcome.validationLoss != few[1].outcome.validationLoss)
  }

  @Test func `reports the winners of the search and of random search, and leaves no training states`() throws {
    let run = try explore(
      "start-candidates-per-target: 4, rungs: [3/5, 1], audit: 3, random-search: true, max-seeds: 2", to: "study")
    try #require(run.status == 0, "\(run.errors)")
    #expect(run.output.hasPrefix("\nAt 0.7x latency "))
    #expect(run.output.contains("random search") && run.output.contains("WARNING: "))
    let front = try FrontDocument(contentsOf: search.folder("study/pareto.json"))
    #expect(front.comparisons.count == 1 && front.arms.count == 2 && front.audit?.count == 3)
    #expect(front.answers.first.map { run.output.contains($0) } == true)
    let files = try FileManager.default.subpathsOfDirectory(atPath: search.folder("study"))
    #expect(!files.contains { $0.hasPrefix("states") })
    #expect(Set(files.filter { $0.hasSuffix(".safetensors") }) == Set(front.entries.compactMap(\.weightsFile)))
    for entry in front.front {
      let weights = search.folder("study/\(try #require(entry.weightsFile))")
      let evaluated = try BuiltCommand.run([
        "evaluate", weights, "--space", search.folder("space.yaml"), "--split", "validation", "--json",
      ])
      #expect(evaluated.status == 0, "\(evaluated.errors)")
    }
  }

  @Test func `refuses rungs that end at the same step`() throws {
    let run = try explore("start-candidates-per-target: 4, rungs: [0.5, 0.6, 1]", to: "study")
    #expect(run.status == 65 || run.status == 1)
    #expect(run.errors.contains("rungs 0.5 and 0.6 of a training of 5 steps both end at step 3"), "\(run.errors)")
    #expect(!FileManager.default.fileExists(atPath: search.folder("study")))
  }
}
