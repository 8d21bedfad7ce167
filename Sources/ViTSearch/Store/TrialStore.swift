public import ViTFiles

/// Keeps the finished trials of a study, in the order they finished.
///
/// Every implementation promises:
/// - when `append` returns, the record survives a crash of the process and, for a store on disk, of the machine;
/// - `records` gives the records in the order appended;
/// - a trial is kept once: appending an identifier that is already there throws and changes nothing;
/// - both may be called from any thread.
public protocol TrialStore: Sendable {
  func records() throws(FileError) -> [TrialRecord]
  func append(_ record: TrialRecord) throws(FileError)
}

/// A finished trial.
public struct TrialRecord: Hashable, Sendable {
  public var identifier: TrialIdentifier
  /// The member's name, for whoever reads the file.
  public var name: String
  public var outcome: TrialOutcome

  public init(identifier: TrialIdentifier, name: String, outcome: TrialOutcome) {
    self.identifier = identifier
    self.name = name
    self.outcome = outcome
  }
}
