internal import ArgumentParser

/// `--budget`, for every command that measures latencies.
struct MeasuringTimeOption: ParsableArguments {
  @Option(help: "Seconds to measure for; by default what the document says.")
  var budget: Double?

  func validate() throws {
    if let budget, !(budget > 0 && budget <= 86_400) {
      throw ValidationError("--budget is \(budget) seconds, expected more than 0 and at most 86400")
    }
  }
}
