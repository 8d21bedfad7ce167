internal import Foundation

/// What every command needs of the system: with less, libraries end the process or wait for ever, so it is looked at
/// before anything begins.
package enum ProcessRequirements {
  /// What is missing, with what was found and what is expected.
  package struct Shortage: Error, CustomStringConvertible, Sendable {
    package let description: String
  }

  private static let leastMemory = 64.0 * 0x1p20
  private static let leastFiles = 64
  /// Threads beside those of the engine: the runtime's, the signals', the caller's.
  private static let otherThreads = 6

  /// - Parameter threads: Those that work is to be spread over.
  /// - Throws: When memory, open files or threads are too few.
  package static func check(threads: Int) throws(Shortage) {
    let memory = MemoryLimit.current
    if let shortage = memory.shortage(for: leastMemory) {
      throw Shortage(description: "nvit takes \(shortage) beside what it has")
    }
    let files = openFileLimit()
    guard files >= leastFiles else {
      throw Shortage(description: "at most \(files) files may be open (ulimit -n), expected at least \(leastFiles)")
    }
    let wanted = min(threads, 32) + otherThreads
    let started = threadsThatStart(wanted)
    guard started == wanted else {
      throw Shortage(
        description: """
          only \(started) further threads can be started (ulimit -u, or the container's limit of processes), expected \
          \(wanted)
          """)
    }
  }

  /// The limit of open files, raised to what the system allows where it is less than enough.
  private static func openFileLimit() -> Int {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return leastFiles }
    if limit.rlim_cur < leastFiles, limit.rlim_max > limit.rlim_cur {
      var raised = limit
      raised.rlim_cur = min(limit.rlim_max, rlim_t(leastFiles))
      if setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &raised) == 0 { limit = raised }
    }
    return limit.rlim_cur > rlim_t(Int.max) ? Int.max : Int(limit.rlim_cur)
  }

  /// How many threads can be there at a time, up to `wanted`.
  private static func threadsThatStart(_ wanted: Int) -> Int {
    // Each waits for the gate, so that all are there together.
    let gate = NSLock()
    gate.lock()
    let context = Unmanaged.passUnretained(gate).toOpaque()
    let attributes = UnsafeMutablePointer<pthread_attr_t>.allocate(capacity: 1)
    pthread_attr_init(attributes)
    defer {
      pthread_attr_destroy(attributes)
      attributes.deallocate()
    }
    pthread_attr_setstacksize(attributes, 1 << 20)
    var threads: [pthread_t] = []
    while threads.count < wanted {
      var thread: pthread_t = 0
      let status = pthread_create(
        &thread, attributes,
        { context in
          guard let context else { return nil }
          let gate = Unmanaged<NSLock>.fromOpaque(context).takeUnretainedValue()
          gate.lock()
          gate.unlock()
          return nil
        }, context)
      guard status == 0 else { break }
      threads.append(thread)
    }
    gate.unlock()
    for thread in threads { pthread_join(thread, nil) }
    return threads.count
  }
}
