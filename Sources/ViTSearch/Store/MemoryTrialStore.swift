internal import Synchronization
package import ViTFiles

/// Keeps trials in memory, for tests.
package final class MemoryTrialStore: TrialStore {
  private struct Content {
    var members: [PlannedMember]
    var records: [TrialRecord]
    var attempts: [TrialIdentifier: Int] = [:]

    /// Why a trial can be neither begun nor recorded; nil when it can.
    func refusal(of identifier: TrialIdentifier) -> FileError? {
      if let record = records.first(where: { $0.identifier == identifier }) {
        return .repeated(identifier, name: record.name, path: MemoryTrialStore.path)
      }
      let isKnown = members.contains { $0.digest == identifier.architectureDigest }
      return isKnown ? nil : .withoutMember(identifier, path: MemoryTrialStore.path)
    }
  }

  private static let path = "trials in memory"
  private let content: Mutex<Content>

  /// A store that holds members and trials, for tests of what reads them.
  package init(members: [PlannedMember] = [], records: [TrialRecord] = []) {
    content = Mutex(Content(members: members, records: records))
  }

  package func members() throws(FileError) -> [PlannedMember] { content.withLock { $0.members } }

  package func records() throws(FileError) -> [TrialRecord] { content.withLock { $0.records } }

  package func add(_ members: [PlannedMember]) throws(FileError) {
    content.withLock { content in
      for member in members where !content.members.contains(where: { $0.digest == member.digest }) {
        content.members.append(member)
      }
    }
  }

  package func begin(_ identifier: TrialIdentifier) throws(FileError) -> Int {
    try content.withLock { content -> Result<Int, FileError> in
      if let refusal = content.refusal(of: identifier) { return .failure(refusal) }
      content.attempts[identifier, default: 0] += 1
      return .success(content.attempts[identifier, default: 1])
    }.get()
  }

  package func append(_ record: TrialRecord) throws(FileError) {
    try content.withLock { content -> Result<Void, FileError> in
      if let refusal = content.refusal(of: record.identifier) { return .failure(refusal) }
      content.records.append(record)
      return .success(())
    }.get()
  }
}
