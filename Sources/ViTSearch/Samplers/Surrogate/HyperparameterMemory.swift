internal import Synchronization
internal import ViTArchitecture

/// Fits hyperparameters, and remembers the last ones so as not to fit them again for the same trials.
///
/// They are fitted to a beginning of the history whose length grows by a sixth at a time, so that a study of hundreds of
/// trials fits a few dozen times, and a resumed one finds what it had.
final class HyperparameterMemory: Sendable {
  private struct Fit {
    var axes: [Domain]
    var history: [Observation]
    var hyperparameters: [GaussianProcess.Hyperparameters]
  }

  /// Trials that a fit looks at.
  private static let limit = 200

  private let last = Mutex<Fit?>(nil)

  /// One for each objective.
  ///
  /// - Parameter history: At least two of its trials succeeded.
  func hyperparameters(
    of history: [Observation], problem: SamplingProblem
  ) throws -> [GaussianProcess.Hyperparameters] {
    var length = 8
    while length + max(1, length / 6) <= history.count { length += max(1, length / 6) }
    // The beginning may hold failures only.
    let beginning =
      ModelledTrials(Array(history.prefix(length)), problem: problem) == nil ? history : Array(history.prefix(length))
    if let fit = last.withLock({ $0 }), fit.axes == problem.axes, fit.history == beginning {
      return fit.hyperparameters
    }
    guard let trials = ModelledTrials(beginning, problem: problem)?.thinned(to: HyperparameterMemory.limit) else {
      return []
    }
    let fitted = try trials.values.map { values in
      try GaussianProcess.Data(points: trials.points, values: values).fitted()
    }
    last.withLock { $0 = Fit(axes: problem.axes, history: beginning, hyperparameters: fitted) }
    return fitted
  }
}
