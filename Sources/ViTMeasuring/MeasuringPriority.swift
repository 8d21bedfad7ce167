internal import Foundation
package import ViTLatency

/// Lets threads go before other programs for some milliseconds at a time.
///
/// Only the superuser is granted that, as a rule. Between two rounds of measurements the priority is what it was, so that
/// other programs go on, more slowly.
package struct MeasuringPriority: Sendable {
  /// What the system grants; found out once.
  package let granted: LatencyRecord.Priority

  /// - Parameter isWanted: If not, nothing is asked for.
  package init(isWanted: Bool) {
    guard isWanted else {
      granted = .normal
      return
    }
    // 0 is the calling thread.
    if Self.setRealTime(0, true) {
      _ = Self.setRealTime(0, false)
      granted = .realTime
    } else {
      let former = getpriority(Self.which, 0)
      granted = setpriority(Self.which, 0, Self.highest) == 0 ? .raised : .normal
      if granted == .raised { setpriority(Self.which, 0, former) }
    }
  }

  /// As the environment variable `NVIT_PRIORITY` has it: `keep` asks for nothing.
  package static var standard: MeasuringPriority {
    MeasuringPriority(isWanted: ProcessInfo.processInfo.environment["NVIT_PRIORITY"] != "keep")
  }

  /// Runs `body` while the threads go before others, as far as that is granted.
  func raising<Result>(_ threads: Set<Int32>, _ body: () throws -> Result) rethrows -> Result {
    switch granted {
    case .normal:
      return try body()
    case .realTime:
      for thread in threads { _ = Self.setRealTime(thread, true) }
      defer { for thread in threads { _ = Self.setRealTime(thread, false) } }
      return try body()
    case .raised:
      let former = threads.map { ($0, getpriority(Self.which, UInt32($0))) }
      for thread in threads { setpriority(Self.which, UInt32(thread), Self.highest) }
      defer { for (thread, priority) in former { setpriority(Self.which, UInt32(thread), priority) } }
      return try body()
    }
  }

  /// The lowest of real-time priorities, which goes before every program that has none, or back to the common one.
  ///
  /// Linux keeps policies by thread, and takes a thread's number where POSIX has a process.
  private static func setRealTime(_ thread: Int32, _ isRealTime: Bool) -> Bool {
    var parameters = sched_param()
    parameters.sched_priority = isRealTime ? 1 : 0
    return sched_setscheduler(thread, isRealTime ? SCHED_RR : SCHED_OTHER, &parameters) == 0
  }

  private static let which = Int32(PRIO_PROCESS.rawValue)
  private static let highest: Int32 = -20
}
