internal import ArgumentParser
internal import ViTFiles
internal import ViTKernels
internal import ViTNumerics
internal import ViTPruning
internal import ViTReport
internal import ViTRuns

struct InfoCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "info",
    abstract: "Show versions, CPU features, and the kernels and BLAS in use; or what a file of weights holds.",
    discussion: """
      With --sparsity, the exit code says whether every linear layer that the 2:4 pattern fits holds it.

      Examples:
        nvit info --json
        nvit info --sparsity outputs/sparse/0.5x/seed0.safetensors
      """)

  @Option(help: "Check that the weights in this safetensors file are 2:4 sparse.", completion: .file())
  var sparsity: String?

  @Flag(help: "Print as JSON.")
  var json = false

  mutating func run() async throws {
    if let sparsity {
      let report = SparsityReport(try SparsityPattern.twoOfFour.check(SafeTensorsFile(contentsOf: sparsity)))
      if json { try JSONOutput.print(report) } else { Console.print(report.text) }
      guard report.holds else { throw ExitCode(ExitStatus.failure.rawValue) }
      return
    }
    let report = Report(
      version: Version.current, processor: SystemInformation.processor, cores: SystemInformation.coreCount,
      cpuFeatures: SystemInformation.cpuFeatures, kernels: KernelSet.current.name,
      kernelsAvailable: KernelSet.available.map(\.name), blas: SystemInformation.openBLAS,
      blasLibrary: SystemInformation.blasLibrary, gsl: GSL.version)
    if json { return try JSONOutput.print(report) }
    Console.print(
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
