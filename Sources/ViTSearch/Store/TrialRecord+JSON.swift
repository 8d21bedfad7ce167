internal import Foundation
internal import ViTArchitecture
internal import ViTFiles

/// One flat object with snake-case keys, so that an array of them is a table with one row for each trial.
extension TrialRecord: Codable {
  private enum CodingKeys: String, CodingKey {
    case name
    case architecture, seed, rung, phase, state, step, reason
    case validationAccuracy = "validation_accuracy"
    case validationLoss = "validation_loss"
    case trainingLoss = "training_loss"
    case durationSeconds = "duration_seconds"
    case imagesPerSecond = "images_per_second"
    case samplesSeen = "samples_seen"
    case finishedSeconds = "finished_seconds"
  }

  private enum State: String, Codable {
    case completed, failed
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    /// Losses that are no finite numbers are written as null.
    func number(_ key: CodingKeys) throws -> Double { try container.decode(Double?.self, forKey: key) ?? .nan }
    let state: TrialOutcome.State =
      switch try container.decode(State.self, forKey: .state) {
      case .completed: .completed
      case .failed:
        .failed(
          step: try container.decode(Int.self, forKey: .step),
          reason: try container.decode(String.self, forKey: .reason))
      }
    self.init(
      identifier: TrialIdentifier(
        architectureDigest: try container.decode(String.self, forKey: .architecture),
        seed: try container.decode(UInt64.self, forKey: .seed),
        rung: try container.decode(Int.self, forKey: .rung)),
      name: try container.decode(String.self, forKey: .name),
      phase: try container.decode(TrialPhase.self, forKey: .phase),
      outcome: TrialOutcome(
        state: state, validationAccuracy: try number(.validationAccuracy),
        validationLoss: try number(.validationLoss), trainingLoss: try number(.trainingLoss),
        durationSeconds: try number(.durationSeconds), imagesPerSecond: try number(.imagesPerSecond),
        samplesSeen: try container.decode(Int.self, forKey: .samplesSeen)),
      finishedSeconds: try number(.finishedSeconds))
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    func encode(_ value: Double, _ key: CodingKeys) throws {
      try container.encode(value.isFinite ? value : nil, forKey: key)
    }
    try container.encode(name, forKey: .name)
    try container.encode(identifier.architectureDigest, forKey: .architecture)
    try container.encode(identifier.seed, forKey: .seed)
    try container.encode(identifier.rung, forKey: .rung)
    try container.encode(phase, forKey: .phase)
    switch outcome.state {
    case .completed: try container.encode(State.completed, forKey: .state)
    case .failed(let step, let reason):
      try container.encode(State.failed, forKey: .state)
      try container.encode(step, forKey: .step)
      try container.encode(reason, forKey: .reason)
    }
    try encode(outcome.validationAccuracy, .validationAccuracy)
    try encode(outcome.validationLoss, .validationLoss)
    try encode(outcome.trainingLoss, .trainingLoss)
    try encode(outcome.durationSeconds, .durationSeconds)
    try encode(outcome.imagesPerSecond, .imagesPerSecond)
    try container.encode(outcome.samplesSeen, forKey: .samplesSeen)
    try encode(finishedSeconds, .finishedSeconds)
  }
}
