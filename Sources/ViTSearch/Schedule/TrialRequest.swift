package import ViTArchitecture

/// One training to be done, or the next part of one.
package struct TrialRequest: Sendable {
  package var identifier: TrialIdentifier
  package var architecture: Architecture
  package var phase: TrialPhase
  /// Where the training goes on from, as a share of the recipe's steps: what the trial of the same architecture and
  /// seed at the rung below has reached; 0 to begin.
  package var startShare: Double
  /// Where it stops; the schedule is that of the whole recipe.
  package var endShare: Double
  /// Whether a trial at the rung above may go on from here.
  package var keepsState: Bool
  /// Whether the trained weights are to be tested and exported.
  package var keepsWeights: Bool

  package init(
    identifier: TrialIdentifier, architecture: Architecture, phase: TrialPhase = .final, startShare: Double = 0,
    endShare: Double = 1, keepsState: Bool = false, keepsWeights: Bool = false
  ) {
    self.identifier = identifier
    self.architecture = architecture
    self.phase = phase
    self.startShare = startShare
    self.endShare = endShare
    self.keepsState = keepsState
    self.keepsWeights = keepsWeights
  }

  /// The trial that this one goes on from; nil for one that begins.
  package var predecessor: TrialIdentifier? {
    guard startShare > 0, identifier.rung > 0 else { return nil }
    var trial = identifier
    trial.rung -= 1
    return trial
  }
}
