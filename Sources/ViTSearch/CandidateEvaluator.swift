/// Trains and scores architectures for a study.
///
/// The search knows no tensors: it hands over an architecture and a seed and gets metrics back, so its tests run in
/// milliseconds and another engine plugs in behind the same protocol. Implementations may be called for several trials
/// at a time, and do their work on threads of their own, never on the cooperative pool.
package protocol CandidateEvaluator: Sendable {
  /// Trains `request.architecture` as far as the request says and scores it on the validation split.
  ///
  /// A training can go on from what the trial at the rung below has left. Where that is missing it begins anew, so that
  /// the outcome is the same either way.
  ///
  /// Equal requests give equal outcomes, timings aside. A training that diverges is an outcome
  /// (`TrialOutcome.State.failed`), not an error.
  ///
  /// - Parameters:
  ///   - request: What to train.
  ///   - progress: Called often, from any thread, with the fraction done, 0 to 1; returning `false` asks to stop.
  /// - Throws: `CancellationError` when `progress` returned `false`; any other error ends the study.
  func evaluate(
    _ request: TrialRequest, progress: @escaping @Sendable (TrialProgress) -> Bool
  ) async throws -> TrialOutcome

  /// Removes the training states of all trials but these; safe to repeat.
  func dropStates(except kept: Set<TrialIdentifier>) throws

  /// Scores the kept weights of finished trials on the test split; called once, for the final table.
  ///
  /// - Returns: Top-1 accuracy in [0, 1], one for each identifier.
  func testAccuracies(of trials: [TrialIdentifier]) async throws -> [TrialIdentifier: Double]

  /// How many images the accuracies are shares of; nil where that is not known.
  var imageCounts: ImageCounts? { get }
}

extension CandidateEvaluator {
  package var imageCounts: ImageCounts? { nil }
}

/// Names a trial within its study: the architecture's digest, the training seed, and how far the training went.
package struct TrialIdentifier: Hashable, Sendable, Codable {
  package var architectureDigest: String
  package var seed: UInt64
  /// Which of the study's training lengths, from 0; 0 where there is one length.
  package var rung: Int

  package init(architectureDigest: String, seed: UInt64, rung: Int = 0) {
    self.architectureDigest = architectureDigest
    self.seed = seed
    self.rung = rung
  }

  /// An identifier written before there were rungs has rung 0.
  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    architectureDigest = try container.decode(String.self, forKey: .architectureDigest)
    seed = try container.decode(UInt64.self, forKey: .seed)
    rung = try container.decodeIfPresent(Int.self, forKey: .rung) ?? 0
  }
}

/// How far a training is.
package struct TrialProgress: Sendable {
  /// 0 to 1.
  package var fraction: Double
  package var trainingLoss: Double
  package var imagesPerSecond: Double

  package init(fraction: Double, trainingLoss: Double, imagesPerSecond: Double) {
    self.fraction = fraction
    self.trainingLoss = trainingLoss
    self.imagesPerSecond = imagesPerSecond
  }
}

/// What a training gave.
package struct TrialOutcome: Sendable, Codable, Hashable {
  package enum State: Hashable, Sendable, Codable {
    case completed
    /// The loss was not finite at this step.
    case failed(step: Int, reason: String)
  }
  package var state: State
  /// Top-1 accuracy on the validation split, 0 to 1; 0 for a failed trial.
  package var validationAccuracy: Double
  package var validationLoss: Double
  package var trainingLoss: Double
  /// Seconds of wall-clock time spent.
  package var durationSeconds: Double
  package var imagesPerSecond: Double
  /// Images seen since the training's first step, at earlier rungs too.
  package var samplesSeen: Int

  package init(
    state: State, validationAccuracy: Double, validationLoss: Double, trainingLoss: Double, durationSeconds: Double,
    imagesPerSecond: Double, samplesSeen: Int
  ) {
    self.state = state
    self.validationAccuracy = validationAccuracy
    self.validationLoss = validationLoss
    self.trainingLoss = trainingLoss
    self.durationSeconds = durationSeconds
    self.imagesPerSecond = imagesPerSecond
    self.samplesSeen = samplesSeen
  }
}
