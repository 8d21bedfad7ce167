internal import Synchronization
public import ViTFiles

/// Keeps trials in memory, for tests.
public final class MemoryTrialStore: TrialStore {
  private let kept: Mutex<[TrialRecord]>

  public init(_ records: [TrialRecord] = []) { kept = Mutex(records) }

  public func records() throws(FileError) -> [TrialRecord] { kept.withLock { $0 } }

  public func append(_ record: TrialRecord) throws(FileError) {
    let isNew = kept.withLock { records in
      guard !records.contains(where: { $0.identifier == record.identifier }) else { return false }
      records.append(record)
      return true
    }
    guard isNew else { throw TrialRecord.duplicate(record, path: "trials in memory") }
  }
}

extension TrialRecord {
  static func duplicate(_ record: TrialRecord, path: String) -> FileError {
    FileError(
      .alreadyExists, path: path,
      reason: "the trial of \(record.name) with seed \(record.identifier.seed) is already recorded")
  }
}
