internal import ArgumentParser
internal import Foundation
internal import ViTArchitecture
internal import ViTFiles
internal import ViTLatency
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
    let space = try SearchSpace(contentsOf: file)
    if let to, FileManager.default.fileExists(atPath: to) {
      throw FileError(.alreadyExists, path: to, reason: "the file exists, expected a new name")
    }
    let predictor = try LatencyModelLookup.predictor(for: space, explicitFile: latencyModel)
    let solution: RuleSolver.Solution
    do {
      solution = try solve(space, predictor)
    } catch SolverError.unreachable(let target, let reach) {
      throw RuleCommandError.unreachable(
        target: text(target), least: text(reach.lowerBound), greatest: text(reach.upperBound))
    }
    if let to { try AtomicFile.write(solution.architecture.canonicalJSON + "\n", to: to) }

    let latency = try predictor?.predict(solution.architecture)
    if json {
      let report = RuleReport(
        space: space, point: solution.point, architecture: solution.architecture, latency: latency,
        method: solution.method)
      try print(report.jsonText)
    } else {
      print(RuleText.heading(of: space))
      print(RuleText.openNumbers(of: space.rule, at: solution.point))
      print(RuleText.member(solution.architecture, latency: latency))
      print(RuleText.method(solution.method))
      if let to { print("Written to \(to).") }
    }
  }

  private func solve(_ space: SearchSpace, _ predictor: (any LatencyPredictor)?) throws -> RuleSolver.Solution {
    let limits = space.constraints.filter { $0.quantity == .latency }
    if !limits.isEmpty, predictor == nil {
      Console.note("note: no latency model, so constraints.latency is not checked")
    }
    // What the model cannot speak for is no member; nil leaves it out.
    let seconds = { (architecture: Architecture) -> Double? in
      guard let estimate = try? predictor?.predict(architecture) else { return nil }
      return limits.allSatisfy { $0.range.contains(estimate.seconds) } ? estimate.seconds : nil
    }
    let isAllowed = { predictor == nil || limits.isEmpty || seconds($0) != nil }

    if let parameters {
      return try RuleSolver.member(of: space.rule, closestBelow: parameters, constraints: space.constraints) {
        isAllowed($0) ? Double($0.parameterCount) : nil
      }
    }
    if let macs {
      return try RuleSolver.member(of: space.rule, closestBelow: macs, constraints: space.constraints) {
        isAllowed($0) ? Double($0.multiplyAccumulates) : nil
      }
    }
    guard let predictor else { throw MissingLatencyModel(file: file) }
    return try RuleSolver.member(
      of: space.rule, closestBelow: targetSeconds(space, predictor), constraints: space.constraints, cost: seconds)
  }

  /// A cost with the unit of the target.
  private func text(_ cost: Double) -> String {
    latency != nil
      ? "\(ReadableNumber.upToTwoDecimals(cost * 1000)) ms"
      : ReadableNumber.spaced(cost) + (macs != nil ? " MACs" : " parameters")
  }

  private func targetSeconds(_ space: SearchSpace, _ predictor: any LatencyPredictor) throws -> Double {
    switch latency {
    case .seconds(let seconds): return seconds
    case .relative(let share, let name):
      let baseline = name.map { name in space.baselines.first { $0.name == name } } ?? space.baselines.first
      guard let baseline else {
        throw RuleCommandError.noBaseline(name, known: space.baselines.map(\.name))
      }
      return try share * predictor.predict(baseline.architecture).seconds
    case nil: throw ValidationError("no latency")
    }
  }
}

/// Why a rule cannot be solved as asked.
enum RuleCommandError: Error, CustomStringConvertible {
  case noBaseline(String?, known: [String])
  case unreachable(target: String, least: String, greatest: String)

  var description: String {
    switch self {
    case .unreachable(let target, let least, let greatest):
      return "no member is at or below \(target); members reach from \(least) to \(greatest)"
    case .noBaseline(let name, let known):
      let found = name.map { "the document has no baseline \"\($0)\"" } ?? "the document has no baselines"
      return known.isEmpty
        ? "\(found); give an absolute latency such as 12ms"
        : "\(found); it has \(known.joined(separator: ", "))"
    }
  }
}
