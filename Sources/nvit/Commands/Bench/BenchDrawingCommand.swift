internal import ArgumentParser
internal import ViTArchitecture
internal import ViTBenchmarks
internal import ViTKernels
internal import ViTNumerics
internal import ViTReport
internal import ViTRuns
internal import ViTSearch

struct BenchDrawingCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "drawing",
    abstract: "Measure how many candidates of a space can be drawn and costed in a second, on one core.",
    discussion: """
      A candidate is drawn at random, instantiated, checked, costed (parameters, multiply-accumulates, predicted \
      latency) and compared with all before it, as `nvit explore` does. The latency model is the one given, the one \
      that was measured for the space, or one measured now in a few seconds.

      Example:
        nvit bench drawing search-spaces/fashion-mnist.yaml
      """)

  @Argument(help: "The search-space document (YAML).", completion: .file(extensions: ["yaml", "yml"]))
  var space = "search-spaces/fashion-mnist.yaml"

  @Option(help: "A latency model or table made by nvit latency.", completion: .file())
  var latencyModel: String?

  @OptionGroup var time: BenchTimeOption

  @Flag(help: "Print the result as JSON, with some candidates and the latency model's terms.")
  var json = false

  mutating func run() async throws {
    Interruption.install()
    var document = try SearchSpace(contentsOf: space)
    // Before anything is measured.
    guard CompiledRule(document.rule) != nil else { throw notCompiled(document.name) }
    document.latency.budgetSeconds = min(document.latency.budgetSeconds, 10)
    let bar = ProgressBar("measuring")
    let (space, file) = (document, latencyModel)
    // Threads of its own: fitting a model runs networks.
    let predictor = try await OwnThread.run {
      try LatencyModelLookup.predictor(for: space, explicitFile: file)
        ?? makeLatency(space: space, modelFile: nil, threads: nil) { _ in !Interruption.isRequested }
    }
    guard let benchmark = DrawingBenchmark(space, predictor: predictor) else { throw notCompiled(space.name) }
    let result = try benchmark.run(seconds: time.seconds) { share in
      bar.update(share)
      return !Interruption.isRequested
    }
    bar.finish("measured \(result.rounds) rounds of \(DrawingBenchmark.roundCount) candidates")
    if json { return try JSONOutput.print(result) }
    var rows = [["one core", "candidates/s", "[quartiles]", "ns each"]]
    for stage in result.stages {
      let rate = stage.candidatesPerSecond
      rows.append([
        stage.name, ReadableNumber.count(rate.median),
        "[\(ReadableNumber.count(rate.lowerQuartile)), \(ReadableNumber.count(rate.upperQuartile))]",
        ReadableNumber.fixed(1e9 / rate.median, decimals: 0),
      ])
    }
    print(
      "\(SystemInformation.processor); \(space.name), \(result.depth) blocks, \(result.axes) open numbers\n\n"
        + TextTable.lines(rows))
  }

  private func notCompiled(_ name: String) -> SearchError {
    SearchError(.badSpace, "the rule of \(name) has continuous numbers, or too many combinations, to be compiled")
  }
}
