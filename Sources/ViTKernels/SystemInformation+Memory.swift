internal import CViTKernels
internal import Foundation

extension SystemInformation {
  /// The most physical memory that this process has held so far, in bytes; nil where `/proc` does not say.
  package static var peakMemoryBytes: Int? {
    guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8) else { return nil }
    return peakMemoryBytes(inStatus: status)
  }

  /// "VmHWM" of a Linux `/proc/<id>/status`, which counts kibibytes.
  package static func peakMemoryBytes(inStatus status: String) -> Int? {
    for line in status.split(separator: "\n") where line.hasPrefix("VmHWM:") {
      return line.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first.flatMap { Int($0) }
        .map { $0 * 1024 }
    }
    return nil
  }

  /// Gives memory back to the system that is not in use, so that what comes next is not charged for it.
  package static func releaseFreeMemory() { nvit_release_free_memory() }

  /// Lets all threads allocate from one arena, where the C library would map 64 MiB of addresses for each.
  package static func saveAddresses() { nvit_limit_arenas() }

  /// Lets `peakMemoryBytes` count anew from the memory in use now. Does nothing where Linux does not allow it.
  package static func resetPeakMemory() {
    guard let file = fopen("/proc/self/clear_refs", "w") else { return }
    // 5 resets the high-water mark; see proc(5).
    fputs("5", file)
    fclose(file)
  }
}
