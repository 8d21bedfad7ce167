internal import ViTKernels

/// The machine that latencies are measured on.
public enum Device {
  /// The processor's name and number of usable cores, such as "AMD EPYC, 2 cores".
  public static let name = "\(SystemInformation.processor), \(coreCount == 1 ? "1 core" : "\(coreCount) cores")"

  /// Cores that this process may use.
  public static var coreCount: Int { SystemInformation.coreCount }
}
