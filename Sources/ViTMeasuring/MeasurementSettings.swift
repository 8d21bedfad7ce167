/// How long and how often a model is run before its latency is believed.
package struct MeasurementSettings: Hashable, Sendable {
  /// Runs before the first timing of a model; they touch its memory and start the threads.
  package var firstWarmups = 2
  /// Runs before each timing; they bring the model's weights back into the caches.
  package var warmups = 1
  /// Timings of a model in one round, each between two of the reference network.
  package var samplesPerRound = 2
  /// Rounds before a model can be done.
  package var minimumRounds = 4
  /// Rounds after which a model is done, however wide its interval.
  package var maximumRounds = 40
  /// A model is done when half the width of its ratio's 95% interval is at most this share of the ratio.
  package var relativeHalfWidth = 0.015
  /// Runs are timed in groups that take at least this long, to stay far above the clock's resolution; much longer ones
  /// would seldom lie between two moments at which another program takes a processor.
  package var minimumSampleSeconds = 0.001
  /// Models that together need more memory than this are measured in groups, one group after the other.
  package var memoryBytes = 2e9

  package init() {}
}
