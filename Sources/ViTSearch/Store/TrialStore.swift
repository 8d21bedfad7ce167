package import ViTFiles

/// Keeps what a study has done: the members it trains, in the order they were added, and its finished trials, in the
/// order they finished.
///
/// Every implementation promises:
/// - what `add`, `begin` and `append` did survives, once they returned, a crash of the process and, for a store on
///   disk, of the machine;
/// - each of them does all or nothing: what throws has changed nothing;
/// - a member is kept once: adding a digest that is already there changes nothing, also where it differs otherwise;
/// - a trial is kept once: appending an identifier that is already there throws;
/// - a trial belongs to a member: beginning or appending one of an unknown architecture throws;
/// - all of them may be called from any thread.
package protocol TrialStore: Sendable {
  /// In the order added.
  func members() throws(FileError) -> [PlannedMember]
  func add(_ members: [PlannedMember]) throws(FileError)
  /// The finished trials in the order appended.
  func records() throws(FileError) -> [TrialRecord]
  /// Notes that the training of a trial begins, so that a trial in which the process dies is seen to have begun.
  ///
  /// - Returns: Which attempt at the trial this is, from 1.
  /// - Throws: `FileError` also when the trial is already recorded.
  func begin(_ identifier: TrialIdentifier) throws(FileError) -> Int
  /// Records a finished trial, begun or not.
  func append(_ record: TrialRecord) throws(FileError)
}

extension FileError {
  /// The error of a store that already holds the trial's result.
  package static func repeated(_ identifier: TrialIdentifier, name: String, path: String) -> FileError {
    let rung = identifier.rung > 0 ? " at rung \(identifier.rung)" : ""
    return FileError(
      .alreadyExists, path: path,
      reason: "the trial of \(name) with seed \(identifier.seed)\(rung) is already recorded")
  }

  /// The error of a store that holds no member with the trial's architecture.
  package static func withoutMember(_ identifier: TrialIdentifier, path: String) -> FileError {
    FileError(
      .malformed, path: path,
      reason: "a trial's architecture \(identifier.architectureDigest.prefix(16)) is no member of the study")
  }
}
