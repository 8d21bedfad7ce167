internal import ViTKernels
internal import ViTNumerics

/// The machine that latencies are measured on.
package enum Device {
  /// The processor's name and number of usable cores, such as "AMD EPYC, 2 cores".
  package static let name = "\(SystemInformation.processor), \(ReadableNumber.count(coreCount, "core"))"

  /// Cores that this process may use.
  package static var coreCount: Int { SystemInformation.coreCount }
}
