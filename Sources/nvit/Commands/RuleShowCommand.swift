internal import ArgumentParser
internal import ViTArchitecture
internal import ViTLatency

struct RuleShowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Show the dimensions of every block, the profile, and the cost.",
    discussion: """
      Of a space with open numbers, one member is shown: the middle of each range, unless --at says otherwise. The \
      end of a number's path is enough where it is the only one with that end. Latency is shown when a latency model exists for the document.

      EXAMPLES
        nvit rule show search-spaces/quickstart.yaml
        nvit rule show search-spaces/deit.yaml --at embedding=384 --json
      """)

  @Argument(help: "The document.")
  var file: String

  @Option(name: .customLong("at"), help: ArgumentHelp("The value of an open number.", valueName: "path=value"))
  var assignments: [OpenNumberAssignment] = []

  @Option(help: "A latency model to predict with, instead of the one that belongs to the document.")
  var latencyModel: String?

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    let space = try SearchSpace(contentsOf: file)
    let point = try OpenNumberAssignment.point(of: space.rule, with: assignments)
    let predictor = try LatencyModelLookup.predictor(for: space, explicitFile: latencyModel)
    let architecture = try space.rule.architecture(at: point)
    let latency = try predictor?.predict(architecture)
    if json {
      try print(RuleReport(space: space, point: point, architecture: architecture, latency: latency).jsonText)
    } else {
      print(RuleText.heading(of: space))
      print(RuleText.openNumbers(of: space.rule, at: point))
      print(RuleText.member(architecture, latency: latency))
    }
  }
}

/// A value that the user gives to an open number, such as `architecture.embedding=384`.
struct OpenNumberAssignment: ExpressibleByArgument {
  var path: String
  var text: String

  init?(argument: String) {
    let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2 else { return nil }
    path = String(parts[0])
    text = String(parts[1])
  }

  /// The number with this path, or the only one whose path ends with it: `embedding` for `architecture.embedding`.
  private static func index(of path: String, in paths: [String]) -> Int? {
    if let index = paths.firstIndex(of: path) { return index }
    let ending = paths.indices.filter { paths[$0].hasSuffix(".\(path)") }
    return ending.count == 1 ? ending[0] : nil
  }

  /// The middle of the space, but for the numbers assigned.
  static func point(of rule: ScalingRule, with assignments: [OpenNumberAssignment]) throws -> [Double] {
    var point = rule.middle
    for assignment in assignments {
      let paths = rule.openNumbers.map(\.path)
      guard let index = OpenNumberAssignment.index(of: assignment.path, in: paths) else {
        let hint = Spelling.nearest(to: assignment.path, among: paths).map { "did you mean \($0)? " } ?? ""
        throw ValidationError(
          "\(assignment.path) is no open number; \(hint)"
            + (paths.isEmpty ? "the document leaves none open" : "open: \(paths.joined(separator: ", "))"))
      }
      let number = rule.openNumbers[index]
      guard let value = number.value(from: assignment.text), let coordinate = number.domain.coordinate(of: value) else {
        throw ValidationError("\(assignment.text) for \(number.path); expected \(number.domainText)")
      }
      point[index] = coordinate
    }
    return point
  }
}
