internal import ArgumentParser
internal import Foundation
internal import ViTArchitecture
internal import ViTLatency
internal import ViTMeasuring
internal import ViTNumerics

struct LatencyValidateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "validate",
    abstract: "Check a latency model against whole models that it has not seen.",
    discussion: """
      Example:
        nvit latency validate search-spaces/quickstart.yaml --count 40 --seed 1

      Draws random members of the space that the model was not fitted to, measures them, and compares.
      """)

  @Argument(help: "The search space, a YAML file.")
  var space: String

  @OptionGroup var options: LatencyOptions

  @Option(help: "Members to measure.")
  var count = 40

  @Option(help: "Seed of the draw.")
  var seed: UInt64 = 0

  @Option(help: "Seconds to measure for; by default what the document says.")
  var budget: Double?

  @Option(help: "The model to check; by default the one measured on this device.")
  var latencyModel: String?

  @Flag(help: "Print the result, with every sample, as JSON.")
  var json = false

  func validate() throws {
    guard (1...10_000).contains(count) else { throw ValidationError("--count is \(count), expected 1 to 10000") }
    if let budget, !(budget > 0 && budget <= 86_400) {
      throw ValidationError("--budget is \(budget) seconds, expected more than 0 and at most 86400")
    }
  }

  func run() async throws {
    let space = options.applied(to: try SearchSpace(contentsOf: space))
    let model = try measuredModel(for: space)
    let meter = DeviceLatencyMeter(batchSize: model.conditions.batchSize, threads: model.conditions.threads)
    var conditions = meter.conditions
    conditions.date = model.conditions.date
    guard conditions == model.conditions else {
      throw LatencyError(
        .mismatch,
        """
        the model was measured on \(model.conditions.device) with \(model.conditions.engine), \
        this is \(conditions.device) with \(conditions.engine)
        """)
    }
    Interruption.install()
    let bar = ProgressBar("validating")
    let validation = try LatencyValidation(
      of: model, excluding: Set(model.measurements.map(\.architecture)), members: SpaceMembers(of: space),
      count: count, seed: seed, meter: meter, budgetSeconds: budget ?? space.latency.budgetSeconds,
      progress: bar.report)
    bar.finish("measured \(validation.errors.count) members that the model has not seen")
    if json { return try JSONOutput.print(validation) }
    show(validation)
  }

  private func measuredModel(for space: SearchSpace) throws -> LatencyModel {
    switch try LatencyModelLookup.predictor(for: space, explicitFile: latencyModel) {
    case let model as LatencyModel: return model
    case LatencyFile.model(let model)?: return model
    case nil: throw LatencyModelLookup.missing(for: space)
    default: throw LatencyError(.mismatch, "an imported table cannot be checked on this device, only a measured model")
    }
  }

  private func show(_ validation: LatencyValidation) {
    func line(_ name: String, _ estimate: Estimate, _ text: (Double) -> String) {
      print(
        name.padding(toLength: 22, withPad: " ", startingAt: 0)
          + text(estimate.value)
          + (estimate.interval.map { "   95% interval \(text($0.lower)) to \(text($0.upper))" } ?? ""))
    }
    line("mean absolute error", validation.meanAbsoluteError) { ReadableNumber.percentage($0) }
    line("within 5%", validation.within5Percent) { ReadableNumber.percentage($0) }
    line("within 10%", validation.within10Percent) { ReadableNumber.percentage($0) }
    if let tau = validation.kendallTau { line("Kendall's tau", tau) { ReadableNumber.fixed($0, decimals: 3) } }
    print(
      """
      drift                 \(ReadableNumber.fixed(validation.drift, decimals: 2))x since the model was measured, taken from the \
      baselines and corrected for; without that the mean absolute error is \
      \(ReadableNumber.percentage(validation.uncorrectedMeanAbsoluteError))
      """)
    print("largest error         \(ReadableNumber.percentage(validation.errors.largest))")
    print("measurements known to ± \(ReadableNumber.percentage(validation.measurementHalfWidth))")
  }
}
