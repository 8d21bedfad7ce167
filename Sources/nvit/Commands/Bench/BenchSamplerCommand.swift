internal import ArgumentParser
internal import ViTBenchmarks

struct BenchSamplerCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sampler",
    abstract: "Propose points on command, beside another program's samplers.",
    discussion: """
      Reads JSON from standard input, one object a line. The first line states the problem:

        {"axes": [{"from": 0, "through": 1}, {"from": 8, "through": 64, "step": 8}, {"choices": [1, 2, 3]}],
         "objectives": 2, "seed": 1, "sampler": "ehvi", "population": 50}

      Then {"ask": N} is answered with {"points": [[…], …]}, values of the axes, and {"tell": [[…], null, …]} gives the \
      objectives of the points asked for last, each to be small, null where one failed.
      """,
    shouldDisplay: false)

  mutating func run() async throws { try SamplerWorker().run(.standard) }
}
