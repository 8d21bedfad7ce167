import Foundation
import RunTestSupport
import TestSupport
import Testing
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

  /// The arguments of the command that a message says to go on with.
  private func advice(in text: String) throws -> [String] {
    let line = try #require(text.split(separator: "\n").last { $0.contains("resume with: nvit ") })
    let command = try #require(line.split(separator: "resume with: nvit ").last)
    return command.split(separator: " ").map(String.init)
  }

  @Test func `of searching, which then goes on by the command that it says`() throws {
    let search = TinySearch()
    let space = try search.space(
      replacing: "epochs: 1,", with: "epochs: 400,")
    let stopped = try interrupt(
      try search.arguments(space), with: SIGINT, once: search.folder("out/study/study.sqlite"))
    #expect(stopped.reason == .exit && stopped.status == 130, "\(stopped.errors)")
    #expect(stopped.errors.contains("of 2 trainings are kept; resume with: nvit explore "), "\(stopped.errors)")
    let rest = try BuiltCommand.run(try advice(in: stopped.errors))
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
    #expect(try advice(in: stopped.errors) == settings.commandLine + ["--resume"])
  }
}
