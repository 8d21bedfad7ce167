/// The parts of a study, in order.
package enum StudyPhase: String, Hashable, Sendable, Codable, CaseIterable {
  /// Measuring what the latency model is fitted to, or reading the model.
  case latency
  /// Drawing candidates and choosing those to train.
  case drawing
  /// Training candidates and baselines rung by rung.
  case search
  /// Training random candidates, at the search's budget.
  case randomSearch = "random-search"
  /// Training what is reported, with fresh seeds.
  case final
  /// Measuring the latencies of the members of the final.
  case measuring
  /// Scoring the front and the baselines on the test split.
  case testing
}

/// How far a study is.
package struct StudyProgress: Sendable {
  package var phase: StudyPhase
  /// Share of the expected time of this run that has passed, 0 to 1; what was done before a resume does not count.
  package var fraction: Double
  /// Finished trials, those of earlier runs included.
  package var finishedTrials: Int
  /// Trials in all, as far as can be foreseen; further seeds for undecided comparisons come on top.
  package var trialCount: Int
  /// What is being trained; nil outside training.
  package var trial: Trial?

  package struct Trial: Sendable {
    package var name: String
    package var phase: TrialPhase
    /// From 0.
    package var rung: Int
    /// Which of the final's seeds, from 1; 0 for the search's seed.
    package var seedNumber: Int
    package var progress: TrialProgress
  }
}
