internal import Foundation

/// How much memory this process may still take, and what says so: the machine, a container or the shell's `ulimit`.
///
/// Linux ends a process that takes more than its container may hold, and under `ulimit -v` an allocation fails, which no
/// Swift program survives. So whatever takes much asks before it does.
package struct MemoryLimit: Equatable, Sendable {
  package enum Source: Sendable {
    /// The physical memory.
    case machine
    /// A control group's limit, of version 1 or 2.
    case container
    /// `RLIMIT_AS` or `RLIMIT_DATA`, as `ulimit -v` and `ulimit -d` set them.
    case process
  }

  package let source: Source
  /// What is left to take.
  package let bytes: Double

  package init(_ source: Source, bytes: Double) {
    self.source = source
    self.bytes = bytes
  }

  /// What is left now: the least that any limit leaves, less what a program has beside its large arrays.
  package static var current: MemoryLimit {
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    func held(_ key: String) -> Double { Double(ProcessStatus.bytes(of: key, in: status) ?? 0) }
    let resident = held("VmRSS")
    var limits = [MemoryLimit(.machine, bytes: Double(ProcessInfo.processInfo.physicalMemory) - resident)]
    if let container = ControlGroups.memoryLimit() {
      limits.append(MemoryLimit(.container, bytes: container - resident - reserve))
    }
    for (kind, key) in [(RLIMIT_AS, "VmSize"), (RLIMIT_DATA, "VmData")] {
      guard let limit = softLimit(Int(kind.rawValue)) else { continue }
      limits.append(MemoryLimit(.process, bytes: limit - held(key) - addressReserve))
    }
    let least = limits.min { $0.bytes < $1.bytes } ?? limits[0]
    return MemoryLimit(least.source, bytes: max(0, least.bytes))
  }

  /// Whether the addresses of this process are counted, used or not.
  package static var countsAddresses: Bool { softLimit(Int(RLIMIT_AS.rawValue)) != nil }

  /// What stays free beside what is asked for: small arrays, stacks, the database's pages.
  private static let reserve = 32.0 * 0x1p20
  /// The same where addresses are counted: the C library maps 64 MiB for a thread that begins to allocate.
  private static let addressReserve = 160.0 * 0x1p20

  /// Nil where there is none.
  private static func softLimit(_ kind: Int) -> Double? {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(UInt32(kind)), &limit) == 0, limit.rlim_cur != rlim_t.max else { return nil }
    return Double(limit.rlim_cur)
  }

  /// What to say where `bytes` are more than is left, such as "at least 56 GiB of memory, but this machine has 24 GiB";
  /// nil where they fit.
  package func shortage(for bytes: Double) -> String? {
    guard bytes > self.bytes else { return nil }
    return "at least \(MemoryLimit.text(bytes)) of memory, but \(words)"
  }

  /// `shortage` for the content of a file; small ones are not looked at.
  package static func shortage(forLarge bytes: Int) -> String? {
    bytes < 1 << 24 ? nil : current.shortage(for: Double(bytes))
  }

  /// `shortage` for an array that grows by doubling, looked at each time it has doubled; small ones are not.
  package static func shortage(growing count: Int, by added: Int) -> String? {
    let (before, after) = (max(count, 1), count + added)
    guard after >= 1 << 24, after.leadingZeroBitCount < before.leadingZeroBitCount else { return nil }
    return current.shortage(for: 2 * Double(after))
  }

  private var words: String {
    switch source {
    case .machine: "this machine has \(MemoryLimit.text(bytes))"
    case .container: "the container's limit leaves \(MemoryLimit.text(bytes))"
    case .process: "the limit of this process (ulimit -v) leaves \(MemoryLimit.text(bytes))"
    }
  }

  /// Such as "56 GiB", "3.2 GiB" or "310 MiB".
  package static func text(_ bytes: Double) -> String {
    if bytes < 0x1p30 { return String(format: "%.0f MiB", bytes / 0x1p20) }
    return String(format: bytes < 10 * 0x1p30 ? "%.1f GiB" : "%.0f GiB", bytes / 0x1p30)
  }
}

/// Linux's `/proc/<id>/status`.
enum ProcessStatus {
  /// An entry that counts kibibytes, in bytes.
  static func bytes(of key: String, in status: String) -> Int? {
    for line in status.split(separator: "\n") where line.hasPrefix(key + ":") {
      return line.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first.flatMap { Int($0) }
        .map { $0 * 1024 }
    }
    return nil
  }
}
