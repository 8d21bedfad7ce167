internal import ArgumentParser
internal import Foundation
internal import ViTArchitecture
internal import ViTBenchmarks
internal import ViTKernels
internal import ViTNumerics

struct BenchEngineCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "engine",
    abstract: "Show in 20 seconds what this CPU gives: peak, operations, training steps, inference.",
    discussion: """
      Everything is measured in turns, round after round; shown are medians, with quartiles in brackets. A \
      multiply-accumulate counts as two floating-point operations, and a training step as three forward passes; \
      norms, softmax, GELU and the optimizer are not counted. Shares of the peak leave out the products that the \
      engine can skip, because nothing reads their results.

      Examples:
        nvit bench engine
        nvit bench engine --only training --architecture model.json --batch 64
      """)

  @OptionGroup var time: BenchTimeOption
  @OptionGroup var threads: ThreadOption

  @Option(help: "Only these parts: operations, training, inference (repeatable). The peak is always measured.")
  var only: [Part] = []

  @Option(help: "Measure this JSON architecture instead of the five models of `nvit bench models`.")
  var architecture: String?

  @Option(help: "Images in a batch of --architecture.")
  var batch = 64

  @Flag(help: "Print the result as JSON.")
  var json = false

  enum Part: String, ExpressibleByArgument, CaseIterable { case operations, training, inference }

  mutating func validate() throws {
    try BenchStepCommand.check(batch: batch)
  }

  mutating func run() async throws {
    _ = try KernelSet.requested()
    var benchmark = EngineBenchmark(threads: threads.count, seconds: time.seconds)
    if !only.isEmpty { benchmark.parts = Set(only.compactMap { EngineBenchmark.Part(rawValue: $0.rawValue) }) }
    if let architecture {
      let name = URL(fileURLWithPath: architecture).deletingPathExtension().lastPathComponent
      benchmark.models = [
        BenchmarkModel(name: name, architecture: try Architecture(contentsOf: architecture), batchSize: batch)
      ]
    }
    Interruption.install()
    let bar = ProgressBar("measuring")
    let report = try benchmark.run { share in
      bar.update(share)
      return !Interruption.isRequested
    }
    bar.finish("measured for \(ReadableNumber.fixed(report.seconds, decimals: 1)) s")
    if json {
      try JSONOutput.print(
        Report(processor: SystemInformation.processor, cores: SystemInformation.coreCount, found: report))
    } else {
      print(BenchEngineText(report).text)
    }
  }

  private struct Report: Encodable {
    var processor: String
    var cores: Int
    var found: EngineReport

    private enum CodingKeys: CodingKey { case processor, cores }

    func encode(to encoder: any Encoder) throws {
      try found.encode(to: encoder)
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(processor, forKey: .processor)
      try container.encode(cores, forKey: .cores)
    }
  }
}
