import Foundation
import TestSupport
import Testing
import ViTFiles

@Suite struct `The study commands` {
  private let search = TinySearch()

  private func nvit(_ arguments: String..., input: String = "") throws -> BuiltCommand {
    try BuiltCommand.run(arguments, input: input)
  }

  /// A finished study of two trainings.
  private func explore(_ study: String = "out/study", replacing old: String = "", with new: String = "") throws
    -> String
  {
    let space = try search.space(replacing: old, with: new)
    let run = try BuiltCommand.run(try search.arguments(space, to: study))
    try #require(run.status == 0, "\(run.errors)")
    return search.folder(study)
  }

  private func object(_ text: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  private func array(_ text: String) throws -> [[String: Any]] {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [[String: Any]])
  }

  @Test func `List and show say how far a study is`() throws {
    #expect(try nvit("study", "list", search.folder.path).output.hasPrefix("no studies in"))
    let study = try explore()
    try AtomicFile.write("rubbish", to: search.folder("broken.sqlite"))
    try FileManager.default.createDirectory(atPath: search.folder("out/broken"), withIntermediateDirectories: true)
    try AtomicFile.write("rubbish", to: search.folder("out/broken/study.sqlite"))
    let list = try nvit("study", "list", search.folder("out"), "--json")
    let studies = try array(list.output)
    #expect(list.status == 0 && studies.count == 2)
    #expect(studies.map { $0["state"] as? String } == ["damaged", "complete"])
    #expect(studies[1]["name"] as? String == "tiny" && studies[1]["finished_trials"] as? Int == 2)
    #expect(try nvit("study", "list", search.folder("out")).output.contains("nvit study recover"))

    let show = try object(try nvit("study", "show", study, "--json").output)
    #expect((show["members"] as? [Any])?.count == 2 && (show["runs"] as? [Any])?.count == 1)
    #expect(show["phases"] as? [String: Int] == ["final": 2])
    let text = try nvit("study", "show", study + "/study.sqlite")
    #expect(text.status == 0 && text.output.contains("2 finished") && text.output.contains("nvit-0.7x-"))
    #expect(try nvit("study", "list", search.folder("none")).status == 66)
    #expect(try nvit("study", "show", search.folder("none")).status == 66)
    #expect(try nvit("study", "show", search.folder.path).status == 66)
    #expect(try nvit("study", "show", search.folder("out/broken")).status == 65)
  }

  @Test func `Trials are listed in the order wanted, as text, CSV and JSON`() throws {
    let study = try explore(
      replacing: "candidates-per-target: 1, seeds: 1,", with: "candidates-per-target: 2, seeds: 2,")
    let trials = try array(try nvit("trials", study, "--json").output)
    #expect(trials.count == 6)
    let accuracies = try array(try nvit("trials", study, "--sort", "accuracy", "--json").output)
      .compactMap { $0["validation_accuracy"] as? Double }
    #expect(accuracies.count == 6 && accuracies == accuracies.sorted(by: >))
    let latencies = try array(try nvit("trials", study, "--sort", "latency", "--limit", "4", "--json").output)
      .compactMap { $0["latency_seconds"] as? Double }
    #expect(latencies.count == 4 && latencies == latencies.sorted())
    let csv = try nvit("trials", study, "--csv").output.split(separator: "\n")
    #expect(csv.count == 7 && csv.allSatisfy { $0.split(separator: ",", omittingEmptySubsequences: false).count == 16 })
    for (line, trial) in zip(csv.dropFirst(), trials) {
      #expect(line.contains("\(try #require(trial["validation_accuracy"] as? Double)),"))
    }
    let text = try nvit("trials", study).output.split(separator: "\n")
    #expect(text.count == 8)
    #expect(try nvit("trials", study, "--limit", "0").status == 64)
    #expect(try nvit("trials", study, "--csv", "--json").status == 64)
    #expect(try nvit("trials", study, "--sort", "colour").status == 64)
    #expect(try nvit("trials", search.folder("none")).status == 66)
  }

  @Test func `Compare puts studies of one data set and device side by side, and refuses others`() throws {
    let first = try explore("out/a")
    let second = try explore("out/b", replacing: "draws: 64", with: "draws: 32")
    let comparison = try object(try nvit("study", "compare", first, second, "--json").output)
    let areas = try #require(comparison["areas"] as? [[String: Any]])
    #expect(areas.map { $0["study"] as? String } == [first, second])
    // The same baseline, trained with the same seed, dominates the same area from the same point.
    #expect(areas[0]["baselines"] as? Double == areas[1]["baselines"] as? Double)
    let targets = try #require(comparison["targets"] as? [[String: Any]])
    #expect(targets.map { $0["label"] as? String } == ["0.7x"])
    #expect(try nvit("study", "compare", first, second).output.contains("hypervolume"))
    let other = try explore("out/c", replacing: "validation-count: 20", with: "validation-count: 10")
    let refused = try nvit("study", "compare", first, other)
    #expect(refused.status == 65 && refused.errors.contains("trained on the data sets"), "\(refused.errors)")
    let batch = try explore("out/d", replacing: "0.7x base", with: "0.8x base")
    #expect(try nvit("study", "compare", first, batch).output.contains("no latency target in common"))
    #expect(try nvit("study", "compare", first).status == 64)
  }

  @Test func `Delete asks first, and leaves what is not nvit's`() throws {
    let study = try explore()
    try AtomicFile.write("mine", to: study + "/notes.txt")
    let no = try nvit("study", "delete", study, input: "n\n")
    #expect(no.status == 1 && no.errors.contains("2 finished trainings"))
    #expect(try nvit("study", "delete", study).status == 1)
    #expect(FileManager.default.fileExists(atPath: study + "/study.sqlite"))
    let yes = try nvit("study", "delete", study, input: "y\n")
    #expect(yes.status == 0 && yes.errors.contains("notes.txt"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: study) == ["notes.txt"])
    #expect(try nvit("study", "delete", study, "--yes").status == 66)
    let clean = try explore("out/clean")
    #expect(try nvit("study", "delete", clean, "--yes").status == 0)
    #expect(!FileManager.default.fileExists(atPath: clean))
  }

  @Test func `A search that goes on can be looked at, and is worked on by no second process`() throws {
    let space = try search.space(replacing: "epochs: 1,", with: "epochs: 5000,")
    let arguments = try search.arguments(space)
    let process = Process()
    process.executableURL = Bundle.main.bundleURL.appendingPathComponent("nvit")
    process.arguments = arguments
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    defer {
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
    }
    let study = search.folder("out/study")
    var trials: [[String: Any]] = []
    for _ in 0..<1000 where trials.isEmpty && process.isRunning {
      usleep(10_000)
      let run = try nvit("trials", study, "--json")
      if run.status == 0 { trials = try array(run.output) }
    }
    // From here on it stands still, so that it cannot finish before it was looked at.
    kill(process.processIdentifier, SIGSTOP)
    #expect(trials.first?["state"] as? String == "begun" && trials.first?["attempts"] as? Int == 1)
    let summary = try object(try nvit("study", "show", study, "--json").output)["summary"] as? [String: Any]
    #expect(summary?["state"] as? String == "running")
    for more in ["--resume", "--overwrite"] {
      let second = try BuiltCommand.run(arguments + [more])
      #expect(second.status == 75 && second.errors.contains("another process is working on the study"))
    }
    #expect(try nvit("study", "delete", study, "--yes").status == 75)
    #expect(try nvit("study", "recover", study).status == 75)
    #expect(!FileManager.default.fileExists(atPath: study + "-recovered"))
  }

  @Test func `Recover rescues a damaged study, which can then go on`() throws {
    let study = try explore()
    let front = try FileContents.read(study + "/pareto.json")
    var bytes = try FileContents.read(study + "/study.sqlite")
    for offset in 0..<4096 { bytes[offset] = 0 }
    try AtomicFile.write(bytes, to: study + "/study.sqlite")
    let space = search.folder("space.yaml")
    #expect(try BuiltCommand.run(search.arguments(space) + ["--resume"]).status == 65)
    let rescue = try nvit("study", "recover", study)
    #expect(rescue.status == 0 && rescue.output.contains("trials     all 2 that were begun"), "\(rescue.errors)")
    #expect(try FileContents.read(study + "/study.sqlite") == bytes)
    try FileManager.default.removeItem(atPath: study + "-recovered/pareto.json")
    let resumed = try BuiltCommand.run(search.arguments(space, to: "out/study-recovered") + ["--resume"])
    #expect(resumed.status == 0, "\(resumed.errors)")
    #expect(try FileContents.read(study + "-recovered/pareto.json") == front)
    #expect(try nvit("study", "recover", study).status == 73)
    let within = try nvit("study", "recover", study, "--to", study + "/a/b")
    #expect(within.status == 73 && within.errors.contains("lies within the damaged study"))
    try AtomicFile.write("rubbish", to: study + "/study.sqlite")
    let hopeless = try nvit("study", "recover", study, "--to", search.folder("x/y"))
    #expect(hopeless.status == 65 && hopeless.errors.contains("nothing of a study can be read"))
    #expect(!FileManager.default.fileExists(atPath: search.folder("x")))
  }
}
