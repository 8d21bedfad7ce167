internal import ViTBenchmarks
internal import ViTKernels
internal import ViTNumerics
internal import ViTReport

/// An engine report as people read it.
struct BenchEngineText {
  private let report: EngineReport

  init(_ report: EngineReport) { self.report = report }

  var text: String {
    var parts = [machine]
    if !report.operations.isEmpty { parts.append(operations) }
    if !report.training.isEmpty { parts.append(models(report.training, title: "training step")) }
    if !report.inference.isEmpty { parts.append(models(report.inference, title: "inference")) }
    return parts.joined(separator: "\n\n")
  }

  private var machine: String {
    """
    \(SystemInformation.processor), \(SystemInformation.coreCount) cores; \(report.kernels) kernels, \
    \(report.threads) threads
    peak of one core     \(rate(report.peak.oneCore)) GF/s
    peak of all threads  \(rate(report.peak.allThreads)) GF/s
    """
  }

  private var operations: String {
    let embeddings = Array(Set(report.operations.map(\.embedding))).sorted()
    var rows = [["one core, 400 rows"] + embeddings.map { "E=\($0)" }]
    for operation in BenchmarkOperation.allCases {
      let found = report.operations.filter { $0.operation == operation }
      guard !found.isEmpty else { continue }
      rows.append(
        ["\(operation.rawValue), \(operation.unit.rawValue)"]
          + found.map { entry in
            ReadableNumber.fixed(entry.rate.median, decimals: 1)
              + (entry.shareOfPeak.map { "  " + percent($0.median) } ?? "      ")
          })
    }
    return TextTable.lines(rows)
  }

  private func models(_ models: [EngineReport.Model], title: String) -> String {
    var rows = [[title, "batch", "images/s", "nominal GF/s", "performed GF/s", "of peak"]]
    for model in models {
      rows.append([
        model.model, String(model.batchSize), rate(model.imagesPerSecond),
        ReadableNumber.fixed(model.nominalRate.median, decimals: 1),
        ReadableNumber.fixed(model.performedRate.median, decimals: 1), percent(model.shareOfPeak.median),
      ])
    }
    return TextTable.lines(rows)
  }

  private func rate(_ rate: RateSummary) -> String {
    let decimals = rate.median < 1000 ? 1 : 0
    func number(_ value: Double) -> String { ReadableNumber.fixed(value, decimals: decimals) }
    return "\(number(rate.median)) [\(number(rate.lowerQuartile)), \(number(rate.upperQuartile))]"
  }

  /// Two decimals would be noise.
  private func percent(_ share: Double) -> String {
    let text = ReadableNumber.fixed(100 * share, decimals: 0)
    return String(repeating: " ", count: max(0, 3 - text.count)) + text + "%"
  }
}
