internal import ArgumentParser
internal import Foundation
internal import Synchronization
internal import ViTFiles

@main struct SoakCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "soak",
    abstract: "Runs studies, prunings, stops, resumes and reports in one process, and watches what it holds.",
    discussion: "Ctrl-C ends it with the figures so far; a second one, at once.")

  @Option(help: "How long.")
  var seconds = 3600.0

  @Option(name: .customLong("to"), help: "The folder of soak.csv and soak.json.")
  var folder = "outputs/soak"

  private static let isInterrupted = Atomic<Bool>(false)

  func run() async throws {
    for number in [SIGINT, SIGTERM] {
      signal(number) { received in
        SoakCommand.isInterrupted.store(true, ordering: .relaxed)
        signal(received, SIG_DFL)
      }
    }
    _ = try NewFolders(at: folder)
    let loop = SoakLoop()
    var told = -10.0
    while loop.seconds < seconds, !SoakCommand.isInterrupted.load(ordering: .relaxed) {
      do {
        try await loop.round { SoakCommand.isInterrupted.load(ordering: .relaxed) }
      } catch  where SoakCommand.isInterrupted.load(ordering: .relaxed) {
        break
      }
      guard let last = loop.rounds.last, last.seconds >= told + 10 else { continue }
      told = last.seconds
      print(
        """
        round \(last.round), \(Int(last.seconds)) s, \(last.stops) stops: \(last.process.residentBytes >> 10) KiB \
        resident, \(last.process.heapBytes >> 10) KiB of heap, \(last.process.openFiles) files, \
        \(last.process.threads) threads
        """)
      fflush(nil)
      // A loop that is killed leaves figures too.
      try loop.write(toFolder: folder)
    }
    try loop.write(toFolder: folder)
    let verdict = SoakVerdict(loop.rounds)
    print(
      "\(loop.rounds.count) rounds in \(Int(loop.seconds)) s; figures in \(folder)\n\(verdict.text)", terminator: "")
    if !verdict.isFlat { throw ExitCode.failure }
  }
}
