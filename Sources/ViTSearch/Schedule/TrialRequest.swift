package import ViTArchitecture

/// One training to be done, or the next part of one.
package struct TrialRequest: Sendable {
  package var identifier: TrialIdentifier
  package var architecture: Architecture
  package var phase: TrialPhase = .final
  /// Where the training goes on from, as a share of the recipe's steps: what the trial of the same architecture and
  /// seed at the rung below has reached; 0 to begin.
  package var startShare: Double = 0
  /// Where it stops; the schedule is that of the whole recipe.
  package var endShare: Double = 1
  /// Whether a trial at the rung above may go on from here.
  package var keepsState: Bool = false
  /// Whether the trained weights are to be tested and exported.
  package var keepsWeights: Bool = false

  /// The trial that this one goes on from; nil for one that begins.
  package var predecessor: TrialIdentifier? {
    guard startShare > 0, identifier.rung > 0 else { return nil }
    var trial = identifier
    trial.rung -= 1
    return trial
  }
}
