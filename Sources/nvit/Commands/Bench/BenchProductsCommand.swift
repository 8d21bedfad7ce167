internal import ArgumentParser
internal import ViTBenchmarks
internal import ViTKernels
internal import ViTNumerics
internal import ViTReport

struct BenchProductsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "products",
    abstract: "Compare the engine's matrix products with OpenBLAS's, on one core.",
    discussion: """
      Every product of a DeiT block on the rows of 8 images, in turns: the engine's at each kernel level that this CPU \
      can run, and OpenBLAS's. The engine packs its weights once for each step and OpenBLAS in every product, so \
      packing counts for OpenBLAS only; measure whole steps to see the difference. Shown are medians; the ratio is \
      that of the fastest level. OpenBLAS picks its kernels itself and names them in the first line: \
      OPENBLAS_CORETYPE=SkylakeX forces its AVX-512 ones where it does not know the CPU.

      Example:
        nvit bench products --seconds 10
      """)

  @OptionGroup var time: BenchTimeOption

  @Flag(help: "Print the result as JSON.")
  var json = false

  mutating func run() async throws {
    Interruption.install()
    let bar = ProgressBar("measuring")
    let results = try ProductComparison.run(seconds: time.seconds) { share in
      bar.update(share)
      return !Interruption.isRequested
    }
    bar.finish("measured \(results.count) products")
    let report = Report(
      processor: SystemInformation.processor, openBLAS: SystemInformation.openBLAS, products: results)
    if json { return try JSONOutput.print(report) }
    let levels = KernelSet.available.map(\.name)
    var rows = [["GF/s on one core", "m", "k", "n"] + levels + ["OpenBLAS", "ratio", "[quartiles]"]]
    for result in results {
      let shape = result.shape
      let (m, k, n) = shape.productSize
      rows.append(
        ["\(shape.kind.rawValue) \(shape.layer) E=\(shape.embedding)", "\(m)", "\(k)", "\(n)"]
          + levels.map { result.levels[$0].map { ReadableNumber.fixed($0.median, decimals: 1) } ?? "" }
          + [
            ReadableNumber.fixed(result.openBLAS.median, decimals: 1),
            ReadableNumber.fixed(result.ratio.median, decimals: 2),
            "[\(ReadableNumber.fixed(result.ratio.lowerQuartile, decimals: 2)), \(ReadableNumber.fixed(result.ratio.upperQuartile, decimals: 2))]",
          ])
    }
    print("\(report.processor); \(report.openBLAS)\n\n" + TextTable.lines(rows))
  }

  private struct Report: Encodable {
    var processor: String
    var openBLAS: String
    var products: [ProductComparison.Result]
  }
}
