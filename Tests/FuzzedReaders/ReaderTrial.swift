internal import TestSupport
internal import ViTArchitecture
internal import ViTData
internal import ViTFiles
internal import ViTLatency
internal import ViTPruning
internal import ViTRegularities
internal import ViTRuns
internal import ViTSearch
internal import ViTTraining

/// Gives bytes to a reader as commands do, through files, and judges what it says.
package final class ReaderTrial {
  package let reader: FuzzedReader
  let folder = TemporaryFolder()
  /// What the reader finds beside the file in question: a folder's other files, by name.
  let companions: [String: [UInt8]]

  /// - Parameter companions: Written once.
  package init(_ reader: FuzzedReader, companions: [String: [UInt8]] = [:]) throws {
    self.reader = reader
    self.companions = companions
    for (name, bytes) in companions { try folder.write(bytes, to: name) }
  }

  /// What came of an input.
  package enum Outcome: Hashable, Sendable {
    case accepted
    /// By an error as it should be.
    case refused(String)
    /// By one that should not be: of no type of ours, or with the internals of Swift in its text.
    case unfit(String)
  }

  package func outcome(of bytes: [UInt8]) -> Outcome {
    do {
      try read(bytes)
      return .accepted
    } catch {
      return ReaderTrial.judge(error, of: bytes)
    }
  }

  private static func judge(_ error: any Error, of bytes: [UInt8]) -> Outcome {
    let text = "\(error)"
    switch error {
    case is FileError, is DocumentError, is ArchitectureError, is DatasetError, is LatencyError, is PruningError,
      is RegularityError, is RunError, is SearchError, is TrainerError:
      break
    default: return .unfit("\(type(of: error)): \(text)")
    }
    // What the file itself says may be quoted.
    if let word = internals.first(where: { text.contains($0) && !contains(bytes, $0) }) {
      return .unfit("\"\(word)\" in: \(text)")
    }
    guard text.utf8.count <= 1 << 14 else { return .unfit("a message of \(text.utf8.count) bytes") }
    return .refused(text)
  }

  /// Words that only Swift and its libraries use.
  private static let internals = [
    "CodingKey", "DecodingError", "EncodingError", "Swift.", "Foundation.", "NSError", "NSCocoaErrorDomain",
    "Error Domain", "Optional(", "GRDB", "Array<", "Dictionary<", "debugDescription", "_JSON", "SafeTensorsProblem",
    "Int64", "expected Int", "expected Double", "expected String", "expected Bool", "couldn’t be", "ClosedRange",
    "Cannot initialize",
  ]

  private static func contains(_ bytes: [UInt8], _ word: String) -> Bool {
    let word = Array(word.utf8)
    guard bytes.count >= word.count else { return false }
    return (0...bytes.count - word.count).contains { bytes[$0..<$0 + word.count].elementsEqual(word) }
  }
}
