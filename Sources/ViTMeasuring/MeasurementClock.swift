internal import Foundation

/// What measurements read the time from, and what tells them whether they had the processors meanwhile.
///
/// Processor time does not tell: threads that spin while they wait for one that was stopped use it up all the same.
package struct MeasurementClock: Sendable {
  /// Seconds since any fixed moment.
  package var seconds: @Sendable () -> Double
  /// The threads of this process, by the system's numbers.
  package var threads: @Sendable () -> Set<Int32>
  /// Seconds that some threads have together been ready to run without a processor, since any fixed moment.
  package var waitingSeconds: @Sendable (Set<Int32>) -> Double
  /// Seconds for which a hypervisor has kept processors from this machine, since any fixed moment.
  package var stolenSeconds: @Sendable () -> Double

  package init(
    seconds: @escaping @Sendable () -> Double, threads: @escaping @Sendable () -> Set<Int32> = { [] },
    waitingSeconds: @escaping @Sendable (Set<Int32>) -> Double,
    stolenSeconds: @escaping @Sendable () -> Double = { 0 }
  ) {
    self.seconds = seconds
    self.threads = threads
    self.waitingSeconds = waitingSeconds
    self.stolenSeconds = stolenSeconds
  }

  /// The system's monotonic clock, and the scheduler's account of threads.
  package static let system = MeasurementClock(
    seconds: {
      var time = timespec()
      clock_gettime(CLOCK_MONOTONIC, &time)
      return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
    },
    threads: SchedulerAccount.threads, waitingSeconds: SchedulerAccount.waitingSeconds,
    stolenSeconds: SchedulerAccount.stolenSeconds)
}
