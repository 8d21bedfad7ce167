internal import CHeapUsage
internal import Foundation

/// What this process holds of the machine at a moment.
package struct ProcessFigures: Codable, Hashable, Sendable {
  /// Memory in use, as the kernel counts it.
  package var residentBytes: Int
  /// What malloc has given out and was not given back.
  package var heapBytes: Int
  package var openFiles: Int
  package var threads: Int

  package init(residentBytes: Int, heapBytes: Int, openFiles: Int, threads: Int) {
    self.residentBytes = residentBytes
    self.heapBytes = heapBytes
    self.openFiles = openFiles
    self.threads = threads
  }

  /// As it is now, by Linux's /proc. The one descriptor that the listing takes is counted every time.
  static func now() throws -> ProcessFigures {
    let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
    guard let kilobytes = line?.split(separator: " ").dropFirst().first.flatMap({ Int($0) }) else {
      throw SoakError("/proc/self/status tells no VmRSS")
    }
    return ProcessFigures(
      residentBytes: kilobytes << 10, heapBytes: Int(nvit_heap_in_use()),
      openFiles: try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count,
      threads: try FileManager.default.contentsOfDirectory(atPath: "/proc/self/task").count)
  }
}

/// Why the loop cannot go on.
struct SoakError: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}
