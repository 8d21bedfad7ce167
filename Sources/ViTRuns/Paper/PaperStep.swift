internal import ViTFiles
internal import ViTReport

/// One run of the chain.
struct PaperStep: Sendable {
  enum Work: Sendable {
    case train(TrainRun.Settings)
    case audit(AuditRun.Settings)
    case prune(PruneRun.Settings)
    case finetune(FinetuneRun.Settings)
    case mine(MineRun.Settings)
  }

  /// In words, for the progress line and the table of times.
  var name: String
  var work: Work
  /// Exists when the step is done; relative to the paper's folder.
  var product: String
  /// Files beside the product whose presence says that an interrupted run can go on.
  var resumableFiles: [String] = []
  /// Expected work, in epochs of the dense model; only for the estimate of the time left.
  var weight: Double

  /// The command that does the same.
  var command: String { ShellWord.line(["nvit"] + settings.commandLine) }

  private var settings: any RunSettings {
    switch work {
    case .train(let settings): settings
    case .audit(let settings): settings
    case .prune(let settings): settings
    case .finetune(let settings): settings
    case .mine(let settings): settings
    }
  }

  /// Does the step's work.
  ///
  /// - Parameter resumes: Whether to go on with what an earlier run left; without, that is replaced.
  /// - Returns: What came of it, for people.
  func run(resumes: Bool, _ observer: RunObserver) throws -> String {
    let existing = resumes ? ExistingResults.resume : .replace
    switch work {
    case .train(var settings):
      settings.existing = existing
      return try TrainRun(settings).run(observer).text
    case .audit(var settings):
      settings.overwrite = true
      return AuditText.text(try AuditRun(settings).run(observer)) + "\n"
    case .prune(var settings):
      settings.existing = existing
      return try PruneRun(settings).run(observer).text(folder: settings.folder)
    case .finetune(var settings):
      settings.existing = existing
      return FinetuneTable.text(try FinetuneRun(settings).run(observer))
    case .mine(var settings):
      settings.overwrite = true
      return try MineRun(settings).run(observer).text
    }
  }
}

/// A step of the chain that failed.
package struct PaperStepError: Error, CustomStringConvertible {
  /// The command that would do the same.
  package let command: String
  package let cause: any Error

  package var description: String { "\(command): \(cause)" }
}

/// What a step took, as `steps.json` keeps it.
struct PaperStepRecord: Codable {
  var name: String
  var command: String
  var seconds: Double
  var peakMemoryBytes: Int?

  private enum CodingKeys: String, SnakeCaseKey { case name, command, seconds, peakMemoryBytes }
}
