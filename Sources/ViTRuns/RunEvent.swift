/// What a run tells whoever watches it.
package enum RunEvent: Hashable, Sendable {
  /// How far the work in hand is.
  case progress(RunProgress)
  /// The work in hand is done, and what came of it, in words.
  case finished(String)
  /// Something that the user ought to know.
  case note(String)
}

/// How far a run's work in hand is.
package struct RunProgress: Hashable, Sendable {
  /// What is being done, such as "training deit-64".
  package var activity: String
  /// 0 to 1, of this activity.
  package var fraction: Double
  /// Which part is at work, such as "2/6 0.5x, seed 1"; empty where there are none.
  package var detail = ""
  /// Predicted for one batch of the model as it is now.
  package var latencySeconds: Double?
  package var loss: Double?
  package var imagesPerSecond: Double?
}
