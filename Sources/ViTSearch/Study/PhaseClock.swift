/// Adds up the wall-clock time of each phase.
public struct PhaseClock: Sendable {
  public private(set) var seconds: [StudyPhase: Double] = [:]

  public init() {}

  /// Seconds of all phases.
  public var total: Double { seconds.values.reduce(0, +) }

  /// Counts the time since `start` to a phase.
  public mutating func add(_ phase: StudyPhase, since start: ContinuousClock.Instant) {
    seconds[phase, default: 0] += (ContinuousClock.now - start) / .seconds(1)
  }

  /// Takes over the times of another clock.
  public mutating func merge(_ other: PhaseClock) { seconds.merge(other.seconds, uniquingKeysWith: +) }
}
