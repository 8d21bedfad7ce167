internal import ArgumentParser
internal import Foundation
internal import ViTArchitecture
internal import ViTFiles
internal import ViTLatency
internal import ViTMeasuring
internal import ViTNumerics

struct LatencyMeasureCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "measure",
    abstract: "Measure members of a space on this device and fit a latency model to them.",
    discussion: """
      Example:
        nvit latency measure search-spaces/quickstart.yaml --threads 2 --budget 25

      Measures the baselines, the members with the most extreme widths, and as many more as the budget allows, all
      interleaved. The errors printed are of models left out of the fit; `nvit latency validate` checks unseen ones.
      """)

  @Argument(help: "The search space, a YAML file.")
  var space: String

  @OptionGroup var options: LatencyOptions

  @Option(help: "Seconds to measure for; by default what the document says.")
  var budget: Double?

  @Option(name: .customLong("to"), help: "Where to write the model; by default where nvit finds it again.")
  var destination: String?

  @Flag(help: "Replace the file that --to names.")
  var overwrite = false

  @Flag(help: "Print the result as JSON.")
  var json = false

  func validate() throws {
    if let budget, !(budget > 0 && budget <= 86_400) {
      throw ValidationError("--budget is \(budget) seconds, expected more than 0 and at most 86400")
    }
  }

  func run() async throws {
    let space = options.applied(to: try SearchSpace(contentsOf: space))
    let members = try SpaceMembers(of: space)
    // Before measuring, since the result would be lost.
    let folders =
      try destination.map { try ResultFile.prepare($0, overwrite: overwrite) }
      ?? NewFolders(at: LatencyModelStore.standard.folder)
    defer { folders.removeEmpty() }
    Interruption.install()
    let bar = ProgressBar("measuring")
    let meter = DeviceLatencyMeter(batchSize: space.latency.batchSize, threads: space.latency.threads)
    let model = try LatencyModelling(meter: meter).model(
      for: members, budgetSeconds: budget ?? space.latency.budgetSeconds, progress: bar.report)
    let path = try destination ?? LatencyModelStore.standard.store(model)
    if destination != nil { try LatencyFile.model(model).write(to: path) }
    bar.finish("measured \(model.measurements.count) models on \(model.conditions.device)")
    try show(model, path: path)
  }

  private func show(_ model: LatencyModel, path: String) throws {
    struct Output: Encodable {
      var path: String
      var models: Int
      var measurementHalfWidth: Double
      var leaveOneOut: PredictionErrors

      enum CodingKeys: String, CodingKey {
        case path, models
        case measurementHalfWidth = "measurement_half_width"
        case leaveOneOut = "leave_one_out"
      }
    }
    if json {
      return try JSONOutput.print(
        Output(
          path: path, models: model.measurements.count, measurementHalfWidth: model.measurementHalfWidth,
          leaveOneOut: model.leaveOneOut))
    }
    let errors = model.leaveOneOut
    print(
      """
      batch \(model.conditions.batchSize), \(model.conditions.threads) threads, \(model.conditions.engine)
      measurements known to ± \(ReadableNumber.percentage(model.measurementHalfWidth))
      error of models left out of the fit: mean \(ReadableNumber.percentage(errors.meanAbsolute)), \
      95% below \(ReadableNumber.percentage(errors.quantile95))
      written to \(path)
      """)
    if model.measurementHalfWidth > 0.05 {
      print("Other programs seem to use the processor; a model measured on a quiet machine is more exact.")
    }
  }
}

extension ProgressBar {
  /// For callbacks with a fraction: shows it, and asks to stop once the user pressed Ctrl-C.
  var report: @Sendable (Double) -> Bool {
    // The callback is called on the thread that measures, which is the one that made the bar.
    nonisolated(unsafe) let bar = self
    return { fraction in
      bar.update(fraction)
      return !Interruption.isRequested
    }
  }
}
