internal import ArgumentParser
internal import ViTArchitecture
internal import ViTRuns
internal import ViTSearch
internal import ViTNumerics

struct RuleSolveCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "solve",
    abstract: "Find the member of a family that comes closest to a target from below.",
    discussion: """
      Give one target. A latency is absolute (12ms, 1.5s, 800us) or relative to a baseline of the document (0.5x for \
      the first, "0.5x NAME" for another), and needs a latency model. Constraints of the document hold.

      EXAMPLES
        nvit rule solve search-spaces/deit.yaml --parameters 50M
        nvit rule solve search-spaces/quickstart.yaml --latency 0.5x --to half.json
      """)

  @Argument(help: "The document.")
  var file: String

  @Option(
    help: ArgumentHelp("Latency of one batch: 12ms, 0.5x or \"0.5x NAME\".", valueName: "target"),
    transform: RuleSolveCommand.target)
  var latency: LatencyTarget?

  @Option(help: ArgumentHelp("Parameters: 5M or 22_050_664.", valueName: "count"), transform: RuleSolveCommand.count)
  var parameters: Double?

  @Option(
    help: ArgumentHelp("Multiply-accumulates of one image: 1.2G.", valueName: "count"),
    transform: RuleSolveCommand.count)
  var macs: Double?

  @Option(help: "A latency model to predict with, instead of the one that belongs to the document.")
  var latencyModel: String?

  @Option(help: "Write the member's architecture to this JSON file, which must not exist.")
  var to: String?

  @Flag(help: "Print JSON.")
  var json = false

  private static func count(_ text: String) throws -> Double {
    guard let count = NumberText.count(text), count > 0 else {
      throw ValidationError("\"\(text)\"; expected a number above 0 such as 5M, 1.2G or 22_050_664")
    }
    return count
  }

  private static func target(_ text: String) throws -> LatencyTarget {
    guard let target = LatencyTarget(text) else {
      throw ValidationError("\"\(text)\"; expected a latency such as 12ms, 1.5s, 800us, 0.5x or \"0.5x NAME\"")
    }
    return target
  }

  func validate() throws {
    let targets = [latency != nil, parameters != nil, macs != nil].count { $0 }
    guard targets == 1 else {
      throw ValidationError("\(targets) targets; expected one of --latency, --parameters and --macs")
    }
  }

  func run() throws {
    let target: RuleSolve.Target
    if let latency {
      target = .latency(latency)
    } else if let parameters {
      target = .parameters(parameters)
    } else {
      target = .multiplyAccumulates(macs ?? 0)
    }
    var settings = RuleSolve.Settings(space: file, target: target)
    settings.latencyModel = latencyModel
    settings.file = to
    let member = try RuleSolve(settings).run(RunDisplay.notes)
    if json { return Console.print(try member.json + "\n") }
    Console.print(member.text)
    if let to { Console.print("Written to \(to).\n") }
  }
}
