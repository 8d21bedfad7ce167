internal import ArgumentParser
internal import ViTArchitecture
internal import ViTData
internal import ViTFiles
internal import ViTLatency

/// Exit codes, after `sysexits.h`; wrong usage is 64, which ArgumentParser gives.
enum ExitStatus: Int32 {
  /// The command ran and the answer is no, or something unforeseen went wrong.
  case failure = 1
  /// A document or data file does not hold what it should.
  case badData = 65
  /// A file or folder is missing or unreadable.
  case noInput = 66
  /// A file or folder cannot be created or written.
  case cannotWrite = 73
  /// Stopped by Ctrl-C or a termination signal; finished work is kept.
  case interrupted = 130

  /// Nil for errors that ArgumentParser reports itself.
  init?(for error: any Error) {
    switch error {
    case is CleanExit, is ExitCode, is ValidationError: return nil
    case let error as FileError:
      switch error.code {
      case .notFound, .cannotRead: self = .noInput
      case .cannotCreate, .cannotWrite, .alreadyExists: self = .cannotWrite
      case .malformed: self = .badData
      }
    case let error as DocumentError: self = error.fileError.flatMap { ExitStatus(for: $0) } ?? .badData
    case is ArchitectureError, is DatasetError, is LatencyError: self = .badData
    case is MissingLatencyModel: self = .noInput
    case is CancellationError: self = .interrupted
    default:
      // ArgumentParser's own parsing errors are internal types of its module.
      if String(reflecting: type(of: error)).hasPrefix("ArgumentParser.") { return nil }
      self = .failure
    }
  }
}
