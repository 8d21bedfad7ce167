/// A finished trial.
package struct TrialRecord: Sendable {
  package var identifier: TrialIdentifier
  /// The member's name, for whoever reads the store.
  package var name: String
  package var phase: TrialPhase
  package var outcome: TrialOutcome
  /// Seconds that the study had taken when the trial finished, by a clock that never goes back, summed over its runs.
  package var finishedSeconds: Double

  package init(
    identifier: TrialIdentifier, name: String, phase: TrialPhase, outcome: TrialOutcome, finishedSeconds: Double
  ) {
    self.identifier = identifier
    self.name = name
    self.phase = phase
    self.outcome = outcome
    self.finishedSeconds = finishedSeconds
  }
}

/// When a trial finished is not compared: it is no result.
extension TrialRecord: Hashable {
  package static func == (a: TrialRecord, b: TrialRecord) -> Bool {
    a.identifier == b.identifier && a.name == b.name && a.phase == b.phase && a.outcome == b.outcome
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(identifier)
    hasher.combine(name)
    hasher.combine(phase)
    hasher.combine(outcome)
  }
}

/// What a trial is for. The names below are those in use; a store keeps any.
package struct TrialPhase: RawRepresentable, Hashable, Sendable, Codable {
  package var rawValue: String

  package init(rawValue: String) { self.rawValue = rawValue }

  /// Finds the good candidates.
  package static let search = TrialPhase(rawValue: "search")
  /// Checks whether short trainings rank candidates as long ones do.
  package static let audit = TrialPhase(rawValue: "audit")
  /// Belongs to the random search that the search is compared with.
  package static let randomSearch = TrialPhase(rawValue: "random-search")
  /// Trains what candidates are compared with.
  package static let baseline = TrialPhase(rawValue: "baseline")
  /// Trains the winners anew, with fresh seeds.
  package static let final = TrialPhase(rawValue: "final")
}
