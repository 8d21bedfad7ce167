internal import Foundation

/// What measurements read the time from.
package struct MeasurementClock: Sendable {
  /// Seconds since any fixed moment.
  package var seconds: @Sendable () -> Double
  /// How often this process has had the processor taken away so far.
  package var preemptions: @Sendable () -> Int

  package init(
    seconds: @escaping @Sendable () -> Double, preemptions: @escaping @Sendable () -> Int = { 0 }
  ) {
    self.seconds = seconds
    self.preemptions = preemptions
  }

  /// The system's monotonic clock, and its count of involuntary context switches of all threads.
  package static let system = MeasurementClock(
    seconds: {
      var time = timespec()
      clock_gettime(CLOCK_MONOTONIC, &time)
      return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
    },
    preemptions: {
      var usage = rusage()
      getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
      return usage.ru_nivcsw
    })
}
