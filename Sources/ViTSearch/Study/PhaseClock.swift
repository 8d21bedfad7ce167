/// Adds up the wall-clock time of each phase.
package struct PhaseClock: Sendable {
  package private(set) var seconds: [StudyPhase: Double] = [:]

  package init() {}

  /// Seconds of all phases.
  package var total: Double { seconds.values.reduce(0, +) }

  /// Counts the time since `start` to a phase.
  package mutating func add(_ phase: StudyPhase, since start: ContinuousClock.Instant) {
    seconds[phase, default: 0] += (ContinuousClock.now - start) / .seconds(1)
  }

  /// Takes over the times of another clock.
  package mutating func merge(_ other: PhaseClock) { seconds.merge(other.seconds, uniquingKeysWith: +) }
}
