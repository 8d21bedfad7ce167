import Foundation
import RunTestSupport
import TestSupport
import Testing
import ViTFiles
import ViTRuns

/// Ctrl-C in real processes.
@Suite struct `A signal stops a run` {
  /// Starts a command, and sends a signal once a file is there.
  private func interrupt(
    _ arguments: [String], with signal: Int32, once file: String
  ) throws -> (status: Int32, reason: Process.TerminationReason, errors: String) {
    let process = Process()
    process.executableURL = Bundle.main.bundleURL.appendingPathComponent("nvit")
    process.arguments = arguments
    let errors = Pipe()
    process.standardError = errors
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    for _ in 0..<2000 where process.isRunning && !FileManager.default.fileExists(atPath: file) { usleep(5_000) }
    kill(process.processIdentifier, signal)
    let text = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return (process.terminationStatus, process.terminationReason, text)
  }

  /// The command that a message says to go on with, as it stands there.
  private func advice(in text: String) throws -> String {
    let range = try #require(text.range(of: "resume with: nvit "))
    return "nvit " + text[range.upperBound...].trimming { $0 == "\n" }
  }

  /// Hands a line to a shell that finds the program, as somebody who copies it does.
  private func copy(_ line: String) throws -> BuiltCommand {
    let programs = Bundle.main.bundleURL.path
    return try BuiltCommand.run(
      ["-c", "PATH='\(programs)':$PATH; \(line)"], program: URL(fileURLWithPath: "/bin/sh"))
  }

  /// Folders with everything that a shell takes for more than itself.
  @Test(arguments: ["study", "my study's \"best\" $HOME `id` * & ; (#1)", "two\nlines", "-dash"])
  func `of searching, which then goes on by the command that it says`(name: String) throws {
    let search = TinySearch()
    let space = try search.space("\(name).yaml", replacing: "epochs: 1,", with: "epochs: 400,")
    let stopped = try interrupt(
      try search.arguments(space, to: name), with: SIGINT, once: search.folder(name) + "/study.sqlite")
    #expect(stopped.reason == .exit && stopped.status == 130, "\(stopped.errors)")
    #expect(stopped.errors.contains("of 2 trainings are kept; resume with: nvit explore "), "\(stopped.errors)")
    let rest = try copy(try advice(in: stopped.errors))
    #expect(rest.status == 0, "\(rest.errors)")
  }

  @Test func `of pruning, which then goes on by the command that it says`() throws {
    let dense = TinyDense()
    try dense.train()
    let settings = try dense.settings(["0.9x", "0.2x"]) {
      $0.interval = 400
      $0.groupsPerStep = 1
    }
    let stopped = try interrupt(settings.commandLine, with: SIGTERM, once: dense.folder("out/run/run.json"))
    #expect(stopped.reason == .exit && stopped.status == 130, "\(stopped.errors)")
    #expect(stopped.errors.contains("of 2 snapshots are in \(dense.folder("out/run")); resume with: nvit prune "))
    #expect(try advice(in: stopped.errors) == ShellWord.line(["nvit"] + settings.commandLine + ["--resume"]))
  }

  /// In the working folder a path may begin like an option.
  @Test func `and no path that it names is taken for an option`() throws {
    let search = TinySearch()
    _ = try search.space("-s.yaml")
    var settings = TrainRun.Settings(source: "-s.yaml")
    settings.baseline = "base"
    settings.folder = "-out"
    let line = ShellWord.line(["nvit"] + settings.commandLine)
    #expect(line == "nvit train ./-s.yaml --baseline base --to=-out")
    let run = try copy("cd \(ShellWord.quoted(search.folder.path)) && \(line)")
    #expect(run.status == 0 && search.exists("-out/weights.safetensors"), "\(run.errors)")
  }
}

extension StringProtocol {
  fileprivate func trimming(_ isEdge: (Character) -> Bool) -> String {
    String(drop(while: isEdge).reversed().drop(while: isEdge).reversed())
  }
}
