package import ViTArchitecture
internal import ViTLatency
package import ViTNumerics
internal import ViTReport

/// One member of a space, looked at: its point, its architecture, and its latency where a model speaks for it.
package struct RuleMember: Sendable {
  package let space: SearchSpace
  package let point: [Double]
  package let architecture: Architecture
  package let latency: Estimate?
  /// How it was found; nil for a member that was named by its point.
  package let method: RuleSolver.Method?

  init(
    _ space: SearchSpace, point: [Double], architecture: Architecture, predictor: (any LatencyPredictor)?,
    method: RuleSolver.Method? = nil
  ) throws {
    self.space = space
    self.point = point
    self.architecture = architecture
    latency = try predictor?.predict(architecture)
    self.method = method
  }

  /// The member in the middle of the space, but for the numbers that a value is given to.
  ///
  /// - Parameter latencyModel: A file to predict with, instead of the model that belongs to the document.
  /// - Throws: `DocumentError`; `RunError` for a value that no open number takes; what reading a latency model throws.
  package init(of path: String, at values: [OpenNumberValue], latencyModel: String?) throws {
    let space = try SearchSpace(contentsOf: path)
    let point = try OpenNumberValue.point(of: space.rule, with: values)
    let predictor = try LatencyModelLookup.predictor(for: space, explicitFile: latencyModel)
    try self.init(space, point: point, architecture: space.rule.architecture(at: point), predictor: predictor)
  }

  /// For people, with a newline at the end.
  package var text: String {
    ([
      RuleText.heading(of: space), RuleText.openNumbers(of: space.rule, at: point),
      RuleText.member(architecture, latency: latency),
    ] + (method.map { [RuleText.method($0)] } ?? [])).map { $0 + "\n" }.joined()
  }

  /// Indented JSON, without a newline at the end.
  package var json: String {
    get throws {
      try RuleReport(space: space, point: point, architecture: architecture, latency: latency, method: method).jsonText
    }
  }
}
