internal import ArgumentParser
internal import ViTKernels
internal import ViTNumerics

struct InfoCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "info",
    abstract: "Show versions, CPU features, and the kernels and BLAS in use.",
    discussion: """
      Example:
        nvit info --json
      """)

  @Flag(help: "Print as JSON.")
  var json = false

  mutating func run() async throws {
    let report = Report(
      version: Version.current, processor: SystemInformation.processor, cores: SystemInformation.coreCount,
      cpuFeatures: SystemInformation.cpuFeatures, kernels: KernelSet.current.name,
      kernelsAvailable: KernelSet.available.map(\.name), blas: SystemInformation.openBLAS,
      blasLibrary: SystemInformation.blasLibrary, gsl: GSL.version)
    if json { return try JSONOutput.print(report) }
    print(
      """
      nvit          \(report.version)
      processor     \(report.processor), \(report.cores) cores
      CPU features  \(report.cpuFeatures.joined(separator: " "))
      kernels       \(report.kernels) (available: \(report.kernelsAvailable.joined(separator: ", ")); \
      \(KernelSet.variable) forces one)
      BLAS          \(report.blas) in \(report.blasLibrary)
      GSL           \(report.gsl)
      """)
  }

  private struct Report: Encodable {
    var version: String
    var processor: String
    var cores: Int
    var cpuFeatures: [String]
    var kernels: String
    var kernelsAvailable: [String]
    var blas: String
    var blasLibrary: String
    var gsl: String
  }
}
