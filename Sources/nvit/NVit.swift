internal import ArgumentParser
internal import Foundation
internal import ViTFiles
internal import ViTKernels
internal import ViTRuns

@main
struct NVit: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "nvit",
    abstract: "Explore vision transformers: define a scaling rule, sweep latency targets, export the front.",
    version: Version.current,
    subcommands: [
      ExploreCommand.self, ReportCommand.self, RuleCommand.self, LatencyCommand.self, TrainCommand.self,
      PruneCommand.self, FinetuneCommand.self, MineCommand.self, PaperCommand.self, EvaluateCommand.self,
      ExportCommand.self, StudyCommand.self, TrialsCommand.self, BenchCommand.self, InfoCommand.self,
    ])

  /// Passes on what was printed, or ends the program with what kept it from that.
  private static func finish() {
    do throws(OutputError) {
      try Console.close()
    } catch {
      if !error.isBrokenPipe { Console.note("error: \(error)") }
      Foundation.exit((error.isBrokenPipe ? ExitStatus.brokenPipe : .outputFailed).rawValue)
    }
  }

  /// Ends with what the parser has to say: a message on wrong arguments, or help.
  private static func leave(with error: any Error) -> Never {
    // Help and version are results too: a reader that has not got them must notice.
    if exitCode(for: error) == .success {
      Console.print(fullMessage(for: error) + "\n")
      finish()
      Foundation.exit(ExitCode.success.rawValue)
    }
    exit(withError: error)
  }

  /// Runs the command that the arguments name; every error becomes one message and an exit code.
  static func main() async {
    Console.open()
    var command: any ParsableCommand
    do {
      command = try parseAsRoot()
    } catch {
      leave(with: error)
    }
    do {
      if MemoryLimit.countsAddresses { SystemInformation.saveAddresses() }
      do {
        try ProcessRequirements.check(threads: SystemInformation.coreCount)
      } catch {
        Console.note("error: \(error)")
        // At once: what libraries do at an exit may wait for threads or memory that cannot be had.
        _exit(ExitStatus.failure.rawValue)
      }
      // Every command that computes uses it, so a name that it does not know is refused by all.
      _ = try KernelSet.requested()
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
      try Console.close()
    } catch let error as OutputError where error.isBrokenPipe {
      Foundation.exit(ExitStatus.brokenPipe.rawValue)
    } catch {
      guard let code = ExitStatus(for: error) else { leave(with: error) }
      Console.note(
        error is CancellationError
          ? "stopped; nothing was written" : "error: \((error as? ValidationError)?.message ?? "\(error)")")
      Foundation.exit(code.rawValue)
    }
  }
}
