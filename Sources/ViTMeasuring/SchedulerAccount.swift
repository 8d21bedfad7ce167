internal import Foundation

/// What the kernel says about waiting for processors. Source: Linux, Documentation/scheduler/sched-stats.rst and proc(5).
package enum SchedulerAccount {
  /// The threads of this process; empty where `/proc` does not say.
  package static func threads() -> Set<Int32> {
    guard let folder = opendir("/proc/self/task") else { return [] }
    defer { closedir(folder) }
    var threads: Set<Int32> = []
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if let number = Int32(name) { threads.insert(number) }
    }
    return threads
  }

  /// The calling thread; nil where `/proc` does not say.
  package static func currentThread() -> Int32? {
    guard let link = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/thread-self") else { return nil }
    return link.split(separator: "/").last.flatMap { Int32($0) }
  }

  /// Seconds that threads were ready to run without a processor: the second field of their `schedstat`. A kernel
  /// without these files still counts the times at which this process was made to stop; each is taken for a tick.
  package static func waitingSeconds(_ threads: Set<Int32>) -> Double {
    var sum = 0.0
    var known = false
    for thread in threads {
      guard let text = text(ofFile: "/proc/self/task/\(thread)/schedstat"), let delay = runDelay(text) else { continue }
      sum += delay
      known = true
    }
    guard !known else { return sum }
    var usage = rusage()
    getrusage(RUSAGE_SELF.rawValue, &usage)
    return tickSeconds * Double(usage.ru_nivcsw)
  }

  private static let tickSeconds = 0.004

  /// The second field of a `schedstat`, nanoseconds, in seconds.
  package static func runDelay(_ text: String) -> Double? {
    let fields = text.split { $0 == " " || $0 == "\n" }
    return fields.count >= 2 ? Double(fields[1]).map { 1e-9 * $0 } : nil
  }

  /// Seconds of all processors that the hypervisor gave to others; 0 where `/proc` does not say.
  package static func stolenSeconds() -> Double {
    text(ofFile: "/proc/stat").flatMap(stolenTicks).map { $0 / ticksPerSecond } ?? 0
  }

  private static let ticksPerSecond = Double(max(sysconf(Int32(_SC_CLK_TCK)), 1))

  /// The eighth figure of the line of all processors.
  package static func stolenTicks(_ text: String) -> Double? {
    guard let line = text.split(separator: "\n").first(where: { $0.hasPrefix("cpu ") }) else { return nil }
    let fields = line.split(separator: " ")
    return fields.count >= 9 ? Double(fields[8]) : nil
  }

  /// The beginning of a small file, by one read.
  private static func text(ofFile path: String) -> String? {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { close(file) }
    return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 512) { buffer in
      let count = read(file, buffer.baseAddress, buffer.count)
      return count > 0 ? String(decoding: buffer.prefix(count), as: UTF8.self) : nil
    }
  }
}
