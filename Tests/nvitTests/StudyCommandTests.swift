import Foundation
import RunTestSupport
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
      #expect(second.status == 75 && second.errors.contains("another run is at work in the folder"))
    }
    #expect(try nvit("study", "delete", study, "--yes").status == 75)
    #expect(try nvit("study", "recover", study).status == 75)
    #expect(!FileManager.default.fileExists(atPath: study + "-recovered"))
  }

  @Test func `Recover says what is rescued, and refuses what holds nothing`() throws {
    let study = try explore()
    var bytes = try FileContents.read(study + "/study.sqlite")
    for offset in 0..<4096 { bytes[offset] = 0 }
    try AtomicFile.write(bytes, to: study + "/study.sqlite")
    #expect(try nvit("study", "show", study).status == 65)
    #expect(try BuiltCommand.run(search.arguments(search.folder("space.yaml")) + ["--resume"]).status == 65)
    let rescue = try nvit("study", "recover", study)
    #expect(rescue.status == 0 && rescue.output.contains("trials     all 2 that were begun"), "\(rescue.errors)")
    #expect(try nvit("study", "recover", study).status == 73)
    try AtomicFile.write("rubbish", to: study + "/study.sqlite")
    #expect(try nvit("study", "recover", study, "--to", search.folder("x/y")).status == 65)
    #expect(!search.exists("x"))
  }
}
