internal import Foundation

/// What measurements read the time from.
package struct MeasurementClock: Sendable {
  /// Seconds since any fixed moment.
  package var seconds: @Sendable () -> Double
  /// Processor time that all threads of this process have used so far, in seconds.
  package var processorSeconds: @Sendable () -> Double

  package init(
    seconds: @escaping @Sendable () -> Double, processorSeconds: @escaping @Sendable () -> Double
  ) {
    self.seconds = seconds
    self.processorSeconds = processorSeconds
  }

  /// The system's monotonic clock, and its account of this process.
  package static let system = MeasurementClock(
    seconds: { read(CLOCK_MONOTONIC) }, processorSeconds: { read(CLOCK_PROCESS_CPUTIME_ID) })

  private static func read(_ clock: clockid_t) -> Double {
    var time = timespec()
    clock_gettime(clock, &time)
    return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
  }
}
