/// The parts of a study, in order.
public enum StudyPhase: String, Hashable, Sendable, Codable, CaseIterable {
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
public struct StudyProgress: Sendable {
  public var phase: StudyPhase
  /// Share of the expected time of this run that has passed, 0 to 1; what was done before a resume does not count.
  public var fraction: Double
  /// Finished trials, those of earlier runs included.
  public var finishedTrials: Int
  /// Trials in all, as far as can be foreseen; further seeds for undecided comparisons come on top.
  public var trialCount: Int
  /// What is being trained; nil outside training.
  public var trial: Trial?

  public struct Trial: Sendable {
    public var name: String
    public var phase: TrialPhase
    /// From 0.
    public var rung: Int
    /// Which of the final's seeds, from 1; 0 for the search's seed.
    public var seedNumber: Int
    public var progress: TrialProgress
  }
}
