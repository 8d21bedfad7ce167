/// Adds up the wall-clock time of each phase.
public struct PhaseClock: Sendable {
  public private(set) var seconds: [StudyPhase: Double] = [:]

  public init() {}

  /// Counts the time since `start` to a phase.
  public mutating func add(_ phase: StudyPhase, since start: ContinuousClock.Instant) {
    seconds[phase, default: 0] += (ContinuousClock.now - start) / .seconds(1)
  }

  /// Takes over the times of another clock.
  public mutating func merge(_ other: PhaseClock) { seconds.merge(other.seconds, uniquingKeysWith: +) }
}
