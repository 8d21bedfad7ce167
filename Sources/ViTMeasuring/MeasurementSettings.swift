/// How long and how often a model is run before its latency is believed.
package struct MeasurementSettings: Hashable, Sendable {
  /// Runs before the first timing of a model; they touch its memory and start the threads.
  package var firstWarmups = 2
  /// Runs before the timings of each further round; they bring its weights back into the caches.
  package var warmups = 1
  /// Timings of a model in one round.
  package var samplesPerRound = 2
  /// Rounds before a model can be done.
  package var minimumRounds = 4
  /// Rounds after which a model is done, however wide its interval.
  package var maximumRounds = 20
  /// A model is done when half the width of its median's 95% interval is at most this share of the median.
  package var relativeHalfWidth = 0.02
  /// Runs are timed in groups that take at least this long, to stay far above the clock's resolution.
  package var minimumSampleSeconds = 0.001
  /// Models that together need more memory than this are measured in groups, one group after the other.
  package var memoryBytes = 2e9

  package init() {}
}
