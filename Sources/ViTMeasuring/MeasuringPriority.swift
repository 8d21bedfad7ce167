internal import Foundation

/// The priority of a thread that measures, and of the threads that it starts.
enum MeasuringPriority {
  /// Runs `body` at the highest priority that the system grants, and goes back to the former one afterwards.
  ///
  /// Only the superuser is granted more than others have, as a rule; without it nothing changes. Where the environment
  /// variable `NVIT_PRIORITY` is `keep`, nothing is asked for.
  ///
  /// - Parameter body: Gets the nice value in force.
  static func raised<Result>(_ body: (_ nice: Int) throws -> Result) rethrows -> Result {
    // Of the calling thread, not of the process: Linux keeps priorities by thread, and new threads take their parent's.
    let former = getpriority(which, 0)
    guard ProcessInfo.processInfo.environment["NVIT_PRIORITY"] != "keep", setpriority(which, 0, highest) == 0 else {
      return try body(Int(former))
    }
    defer { setpriority(which, 0, former) }
    return try body(Int(highest))
  }

  private static let which = Int32(PRIO_PROCESS.rawValue)
  private static let highest: Int32 = -20
}
