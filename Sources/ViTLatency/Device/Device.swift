internal import Foundation

/// The machine that latencies are measured on.
public enum Device {
  /// The processor's name and number of usable cores, such as "AMD EPYC, 2 cores".
  public static let name: String = {
    let text = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    let cores = coreCount == 1 ? "1 core" : "\(coreCount) cores"
    return "\(processorName(inCPUInfo: text) ?? "unknown processor"), \(cores)"
  }()

  /// Cores that this process may use.
  public static var coreCount: Int { ProcessInfo.processInfo.activeProcessorCount }

  /// The first "model name" of a Linux `/proc/cpuinfo`.
  package static func processorName(inCPUInfo text: String) -> String? {
    for line in text.split(separator: "\n") {
      let parts = line.split(separator: ":", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
      if parts.count == 2, parts[0] == "model name", !parts[1].isEmpty { return parts[1] }
    }
    return nil
  }
}
