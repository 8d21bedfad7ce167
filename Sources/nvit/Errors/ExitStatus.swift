internal import ArgumentParser
internal import ViTArchitecture
internal import ViTBenchmarks
internal import ViTData
internal import ViTFiles
internal import ViTKernels
internal import ViTLatency
internal import ViTPruning
internal import ViTRegularities
internal import ViTRuns
internal import ViTSearch
internal import ViTTraining

/// Exit codes, after `sysexits.h`.
package enum ExitStatus: Int32 {
  /// The command ran and the answer is no, such as a target out of reach, or something unforeseen went wrong.
  case failure = 1
  /// Arguments or environment variables that make no sense; ArgumentParser's code too.
  case usage = 64
  /// A document or data file does not hold what it should.
  case badData = 65
  /// A file or folder is missing or unreadable.
  case noInput = 66
  /// A file or folder cannot be created or written.
  case cannotWrite = 73
  /// Standard output cannot be written.
  case outputFailed = 74
  /// Another process holds the study.
  case busy = 75
  /// Stopped by Ctrl-C or a termination signal; finished work is kept.
  case interrupted = 130
  /// Whoever read the output has gone; as a shell reports a program that SIGPIPE ended.
  case brokenPipe = 141

  /// Nil for errors that ArgumentParser reports itself.
  package init?(for error: any Error) {
    switch error {
    case is CleanExit, is ExitCode: return nil
    case is ValidationError, is KernelSetError, is WorkerError: self = .usage
    case let error as FileError:
      switch error.code {
      case .notFound, .cannotRead: self = .noInput
      case .cannotCreate, .cannotWrite, .alreadyExists: self = .cannotWrite
      case .malformed, .changed: self = .badData
      case .locked: self = .busy
      }
    case let error as DocumentError: self = error.fileError.flatMap { ExitStatus(for: $0) } ?? .badData
    case is ArchitectureError, is DatasetError, is LatencyError, is RegularityError, is TrainerError: self = .badData
    case let error as SearchError:
      switch error.code {
      case .nothingFeasible, .unreachableTarget, .everythingFailed: self = .failure
      case .badSpace, .unpredictable, .spaceChanged, .badStudy: self = .badData
      case .noStudy: self = .noInput
      }
    case let error as PruningError:
      switch error.code {
      case .unreachableTarget, .diverged: self = .failure
      case .badTargets: self = .usage
      case .unusableLatency, .settingsChanged: self = .badData
      }
    case let error as OutputError: self = error.isBrokenPipe ? .brokenPipe : .outputFailed
    case let error as RunError:
      switch error.code {
      case .badSettings: self = .usage
      case .unreachable, .diverged: self = .failure
      case .noLatencyModel: self = .noInput
      }
    case let error as PaperStepError:
      guard let status = ExitStatus(for: error.cause) else { return nil }
      self = status
    case is CancellationError: self = .interrupted
    default:
      // ArgumentParser's own parsing errors are internal types of its module.
      if String(reflecting: type(of: error)).hasPrefix("ArgumentParser.") { return nil }
      self = .failure
    }
  }
}
