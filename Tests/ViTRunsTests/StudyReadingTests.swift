import Foundation
import RunTestSupport
import TestSupport
import Testing
import ViTArchitecture
import ViTFiles
import ViTNumerics
import ViTReport
import ViTRuns
import ViTSearch
import ViTStorage

/// What is read of a study that was really searched.
@Suite struct `A study that was searched` {
  private let search = TinySearch()

  /// A finished study of two trainings, unless the space is changed.
  private func explore(
    _ study: String = "out/study", replacing old: String = "", with new: String = ""
  ) async throws -> String {
    try await search.explore(try search.space(replacing: old, with: new), to: study).folder
  }

  private func object(_ value: some Encodable) throws -> [String: Any] {
    let text = try JSONDocument.text(value, named: "value")
    return try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  @Test func `is listed and shown with how far it is`() async throws {
    #expect(try StudySummary.all(below: search.folder.path).isEmpty)
    let study = try await explore()
    try AtomicFile.write("rubbish", to: search.folder("broken.sqlite"))
    try FileManager.default.createDirectory(atPath: search.folder("out/broken"), withIntermediateDirectories: true)
    try AtomicFile.write("rubbish", to: search.folder("out/broken/study.sqlite"))
    let studies = try StudySummary.all(below: search.folder("out"))
    #expect(studies.map(\.state.rawValue) == ["damaged", "complete"])
    try #require(studies.count == 2)
    let summary = try object(studies[1])
    #expect(summary["name"] as? String == "tiny" && summary["finished_trials"] as? Int == 2)
    #expect(StudyText.list(studies).contains("nvit study recover"))

    let location = try StudyLocation(study)
    let description = try StudyDescription(location.open(), folder: location.folder)
    let show = try object(description)
    #expect((show["members"] as? [Any])?.count == 2 && (show["runs"] as? [Any])?.count == 1)
    #expect(show["phases"] as? [String: Int] == ["final": 2])
    #expect(try StudyLocation(study + "/study.sqlite").folder == location.folder)
    let text = StudyText.description(description)
    #expect(text.contains("2 finished") && text.contains("nvit-0.7x-"))
  }

  @Test func `is known by what its outcome reports, whatever a search has seen once`() async throws {
    let space = try search.space(searching: "start-candidates-per-target: 4, rungs: [3/5, 1], random-search: true")
    let study = try await search.explore(space, to: "out/rungs").folder
    let reported = try FrontDocument(contentsOf: study + "/pareto.json").entries
    let accuracies = reported.compactMap { $0.validation?.accuracy.value }
    let best = try #require(accuracies.max())
    #expect(try StudySummary(StudyLocation(study).open(), folder: study).bestAccuracy == best)
    let board = try StudyLocation(study).open().leaderboard()
    #expect(board.count > reported.count && board.first?.accuracy == best)
    #expect(Set(board.prefix(reported.count).map(\.digest)) == Set(reported.map(\.digest)))
  }

  @Test func `has its trials listed in the order wanted, as text, CSV and JSON`() async throws {
    let study = try await explore(
      replacing: "candidates-per-target: 1, seeds: 1,", with: "candidates-per-target: 2, seeds: 2,")
    func listing(_ order: TrialListing.Order = .finished, limit: Int? = nil) throws -> TrialListing {
      try TrialListing(StudyLocation(study).open(), order: order, limit: limit)
    }
    let trials = try listing().rows
    #expect(trials.count == 6)
    #expect(try object(trials[0])["validation_accuracy"] as? Double != nil)
    let accuracies = try listing(.accuracy).rows.compactMap(\.validationAccuracy)
    #expect(accuracies.count == 6 && accuracies == accuracies.sorted(by: >))
    let latencies = try listing(.latency, limit: 4).rows.compactMap(\.latencySeconds)
    #expect(latencies.count == 4 && latencies == latencies.sorted())
    let csv = try listing().csv.split(separator: "\n")
    #expect(csv.count == 7 && csv.allSatisfy { $0.split(separator: ",", omittingEmptySubsequences: false).count == 16 })
    for (line, trial) in zip(csv.dropFirst(), trials) {
      #expect(line.contains("\(try #require(trial.validationAccuracy)),"))
    }
    #expect(try listing().table.split(separator: "\n").count == 8)
  }

  @Test func `is compared with those on one data set and device, and with no others`() async throws {
    func compare(_ studies: String...) throws -> StudyComparison {
      try StudyComparison(try studies.map { try StudyComparison.Subject(reading: $0) })
    }
    let first = try await explore("out/a")
    let second = try await explore("out/b", replacing: "draws: 64", with: "draws: 32")
    let comparison = try compare(first, second)
    #expect(comparison.warnings.map(\.study) == [first, second])
    // The same baseline, trained with the same seed, stands as high over the same range.
    #expect(
      comparison.hypervolumes.isEmpty || comparison.hypervolumes[0].baselines == comparison.hypervolumes[1].baselines)
    #expect(comparison.targets.map(\.label) == ["0.7x"])
    #expect(ComparisonText.text(comparison).contains("hypervolume"))
    let other = try await explore("out/c", replacing: "validation-count: 20", with: "validation-count: 10")
    expectError(SearchError.self, "trained on the data sets") { try compare(first, other) }
    let batch = try await explore("out/d", replacing: "0.7x base", with: "0.8x base")
    #expect(ComparisonText.text(try compare(first, batch)).contains("no latency target in common"))
  }

  @Test func `is rescued when it is damaged, and can then go on`() async throws {
    let study = try await explore()
    let front = try FileContents.read(study + "/pareto.json")
    var bytes = try FileContents.read(study + "/study.sqlite")
    for offset in 0..<4096 { bytes[offset] = 0 }
    try AtomicFile.write(bytes, to: study + "/study.sqlite")
    let space = search.folder("space.yaml")
    await #expect(throws: (any Error).self) { try await search.explore(space, .resume) }
    let rescued = study + "-recovered"
    let report = try StudySalvage.recover(try StudyLocation(study), to: rescued)
    #expect(StudyText.salvage(report, rescued).contains("trials     all 2 that were begun"))
    #expect(try FileContents.read(study + "/study.sqlite") == bytes)
    try FileManager.default.removeItem(atPath: rescued + "/pareto.json")
    try await search.explore(space, to: "out/study-recovered", .resume)
    #expect(try FileContents.read(rescued + "/pareto.json") == front)
    let again = expectError(FileError.self) { try StudySalvage.recover(try StudyLocation(study), to: rescued) }
    #expect(again?.code == .alreadyExists)
    expectError(FileError.self, "lies within the damaged study") {
      try StudySalvage.recover(try StudyLocation(study), to: study + "/a/b")
    }
    try AtomicFile.write("rubbish", to: study + "/study.sqlite")
    let error = #expect(throws: (any Error).self) {
      try StudySalvage.recover(try StudyLocation(study), to: search.folder("x/y"))
    }
    #expect("\(error.map { "\($0)" } ?? "")".contains("nothing of a study can be read") && !search.exists("x"))
  }
}
