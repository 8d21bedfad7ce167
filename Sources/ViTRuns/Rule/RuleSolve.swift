internal import Foundation
package import ViTArchitecture
internal import ViTFiles
internal import ViTLatency
internal import ViTNumerics
internal import ViTSearch

/// Finds the member of a family that comes closest to a target from below.
package struct RuleSolve: Sendable {
  package enum Target: Hashable, Sendable {
    /// Of one batch.
    case latency(LatencyTarget)
    case parameters(Double)
    /// Of one image.
    case multiplyAccumulates(Double)
  }

  package struct Settings: Hashable, Sendable {
    /// The document.
    package var space: String
    package var target: Target
    /// A file to predict with, instead of the model that belongs to the document.
    package var latencyModel: String?
    /// Where the member's architecture goes; it must not exist. Nil for nowhere.
    package var file: String?

    package init(space: String, target: Target) {
      self.space = space
      self.target = target
    }
  }

  package let settings: Settings

  package init(_ settings: Settings) { self.settings = settings }

  /// - Throws: `DocumentError`; `FileError` when the file exists or cannot be written; `RunError` when no member is at or
  ///   below the target, or no latency model speaks for it.
  package func run(_ observer: RunObserver = .none) throws -> RuleMember {
    let space = try SearchSpace(contentsOf: settings.space)
    if let file = settings.file, FileManager.default.fileExists(atPath: file) {
      throw FileError(.alreadyExists, path: file, reason: "the file exists, expected a new name")
    }
    let predictor = try LatencyModelLookup.predictor(for: space, explicitFile: settings.latencyModel)
    let solution: RuleSolver.Solution
    do {
      solution = try solve(space, predictor, observer)
    } catch SolverError.unreachable(let target, let reach) {
      throw RunError(
        .unreachable,
        """
        no member is at or below \(text(target)); members reach from \(text(reach.lowerBound)) to \
        \(text(reach.upperBound))
        """)
    }
    if let file = settings.file { try AtomicFile.write(solution.architecture.canonicalJSON + "\n", to: file) }
    return try RuleMember(
      space, point: solution.point, architecture: solution.architecture, predictor: predictor, method: solution.method)
  }

  private func solve(
    _ space: SearchSpace, _ predictor: (any LatencyPredictor)?, _ observer: RunObserver
  ) throws -> RuleSolver.Solution {
    let limits = space.constraints.filter { $0.quantity == .latency }
    if !limits.isEmpty, predictor == nil {
      observer.note("note: no latency model, so constraints.latency is not checked")
    }
    // What the model cannot speak for is no member; nil leaves it out.
    let seconds = { (architecture: Architecture) -> Double? in
      guard let estimate = try? predictor?.predict(architecture) else { return nil }
      return limits.allSatisfy { $0.range.contains(estimate.seconds) } ? estimate.seconds : nil
    }
    let isAllowed = { predictor == nil || limits.isEmpty || seconds($0) != nil }
    func member(below target: Double, cost: (Architecture) -> Double?) throws -> RuleSolver.Solution {
      try RuleSolver.member(of: space.rule, closestBelow: target, constraints: space.constraints, cost: cost)
    }
    switch settings.target {
    case .parameters(let count): return try member(below: count) { isAllowed($0) ? Double($0.parameterCount) : nil }
    case .multiplyAccumulates(let count):
      return try member(below: count) { isAllowed($0) ? Double($0.multiplyAccumulates) : nil }
    case .latency(let target):
      guard let predictor else { throw LatencyModelLookup.noModel(file: settings.space) }
      return try member(below: try self.seconds(target, space, predictor), cost: seconds)
    }
  }

  /// A cost with the unit of the target.
  private func text(_ cost: Double) -> String {
    switch settings.target {
    case .latency: ReadableNumber.upToTwoDecimals(cost * 1000) + " ms"
    case .parameters: ReadableNumber.spaced(cost) + " parameters"
    case .multiplyAccumulates: ReadableNumber.spaced(cost) + " MACs"
    }
  }

  private func seconds(
    _ target: LatencyTarget, _ space: SearchSpace, _ predictor: any LatencyPredictor
  ) throws -> Double {
    switch target {
    case .seconds(let seconds): return seconds
    case .relative(let share, let name):
      let baseline = name.map { name in space.baselines.first { $0.name == name } } ?? space.baselines.first
      guard let baseline else { throw RuleSolve.noBaseline(name, known: space.baselines.map(\.name)) }
      return try share * predictor.predict(baseline.architecture).seconds
    }
  }

  private static func noBaseline(_ name: String?, known: [String]) -> RunError {
    let found = name.map { "the document has no baseline \"\($0)\"" } ?? "the document has no baselines"
    return RunError(
      .unreachable,
      known.isEmpty
        ? "\(found); give an absolute latency such as 12ms" : "\(found); it has \(known.joined(separator: ", "))")
  }
}
