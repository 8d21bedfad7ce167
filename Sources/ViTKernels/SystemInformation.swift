internal import CViTKernels
internal import COpenBLAS
internal import Foundation

/// What the engine runs on.
package enum SystemInformation {
  /// The processor's name.
  package static let processor: String = processorName(inCPUInfo: cpuInfo) ?? "unknown processor"

  /// The first "model name" of a Linux `/proc/cpuinfo`.
  package static func processorName(inCPUInfo text: String) -> String? {
    for line in text.split(separator: "\n") {
      let parts = line.split(separator: ":", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
      if parts.count == 2, parts[0] == "model name", !parts[1].isEmpty { return parts[1] }
    }
    return nil
  }

  private static var cpuInfo: String { (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? "" }

  /// The vector instructions of this CPU that matter here.
  package static let cpuFeatures: [String] = {
    let wanted = ["sse2", "avx", "avx2", "fma", "avx512f", "avx512vl", "avx512dq", "avx512bw", "neon", "asimd"]
    guard let line = cpuInfo.split(separator: "\n").first(where: { $0.hasPrefix("flags") || $0.hasPrefix("Features") })
    else { return [] }
    let found = Set(line.split(separator: " ").map(String.init))
    return wanted.filter(found.contains)
  }()

  /// OpenBLAS's version and build, as it reports them.
  package static var openBLAS: String { String(cString: openblas_get_config()) }

  /// Logical cores that this process may use.
  package static var coreCount: Int { ProcessInfo.processInfo.activeProcessorCount }

  /// The library that the symbol `cblas_sgemm` of this process comes from.
  package static var blasLibrary: String {
    nvit_library_of("cblas_sgemm").map { String(cString: $0) } ?? "none"
  }
}
