import Testing
import ViTArchitecture
import ViTNumerics
import ViTSearch

@Suite struct `A Gaussian process` {
  private static let inputs = CongruentialPoints.make(12, objectives: 3, seed: 1)
  private static let values = inputs.map { Trigonometry.sine(3 * $0[0]) + $0[1] * $0[1] - 0.5 * $0[2] }
  private static let hyperparameters = GaussianProcess.Hyperparameters(logLengths: [-0.5, 0.25, 0.75], logNoise: -5)

  /// NumPy 2.4.6 with scikit-learn's `Matern(exp([-0.5, 0.25, 0.75]), nu=2.5)`: K = k(X) + (1e-6 + exp(-5)) I for
  /// values standardised with ddof=1, v = (y' K⁻¹ y + 1) / 13; the latent function's mean and deviation at three
  /// congruential points of seed 2, and 13 log(v) / 2 + log det(K) / 2.
  @Test func `predicts and weighs evidence as scikit-learn's kernel says`() throws {
    let process = try GaussianProcess(
      points: Self.inputs, values: Self.values, hyperparameters: Self.hyperparameters)
    let predictions = try process.predict(CongruentialPoints.make(3, objectives: 3, seed: 2))
    let expected = [
      (0.5246764903120309, 0.15720680533049536), (1.124145301907589, 0.06320435743962335),
      (0.7983540780276032, 0.09505426720612002),
    ]
    // The matrix's condition number is some 10⁴.
    for (found, (mean, deviation)) in zip(predictions, expected) {
      #expect(abs(found.mean - mean) < 1e-11 && abs(found.deviation - deviation) < 1e-11)
    }
    let prior = GaussianProcess.Prior(axes: 3)
    let point = Self.hyperparameters.logLengths + [Self.hyperparameters.logNoise]
    let data = GaussianProcess.Data(points: Self.inputs, values: Self.values)
    let density = try data.negativeLogDensity(at: point, prior: prior).value
    #expect(abs(density - prior.negativeLogDensity(point).value - -7.49225707307182) < 1e-10)
  }

  @Test(arguments: [false, true])
  func `has the gradient that finite differences give`(hasChoices: Bool) throws {
    // Three values on the second axis.
    let axis = Domain.choices([1, 2, 4])
    let inputs = Self.inputs.map { [$0[0], hasChoices ? axis.snapped($0[1]) : $0[1], $0[2]] }
    let data = GaussianProcess.Data(points: inputs, values: Self.values)
    let prior = GaussianProcess.Prior(axes: 3)
    let point = [-0.5, 0.25, 0.75, -3]
    let (_, gradient) = try data.negativeLogDensity(at: point, prior: prior)
    for axis in point.indices {
      func value(_ step: Double) throws -> Double {
        var moved = point
        moved[axis] += step
        return try data.negativeLogDensity(at: moved, prior: prior).value
      }
      // Central differences with a step of 1e-5 are right to some 1e-9.
      let slope = (try value(1e-5) - value(-1e-5)) / 2e-5
      #expect(abs(slope - gradient[axis]) < 1e-6 * max(1, abs(slope)), "axis \(axis)")
    }
  }

  /// A smooth function of two of six axes, without noise.
  @Test func `learns which axes matter`() throws {
    let inputs = try SobolSequence.points(count: 60, dimensions: 6, seed: 1)
    func function(_ x: [Double]) -> Double { Trigonometry.sine(4 * x[1]) + 2 * x[4] * x[4] }
    let hyperparameters = try GaussianProcess.Data(
      points: inputs, values: inputs.map(function)
    ).fitted()
    let lengths = hyperparameters.logLengths
    let irrelevant = [0, 2, 3, 5].map { lengths[$0] }
    #expect(max(lengths[1], lengths[4]) < irrelevant.min() ?? 0)
    let process = try GaussianProcess(
      points: inputs, values: inputs.map(function), hyperparameters: hyperparameters)
    let others = try SobolSequence.points(count: 200, dimensions: 6, seed: 2)
    let errors = zip(try process.predict(others), others).map { $0.mean - function($1) }
    // Values spread over 2.5; predictions without the model would be off by 0.6 (root mean square).
    #expect((errors.reduce(0) { $0 + $1 * $1 } / 200).squareRoot() < 0.06)
  }

  @Test func `of equal values predicts them`() throws {
    let process = try GaussianProcess(
      points: [[0.1], [0.1], [0.9]], values: [2, 2, 2],
      hyperparameters: .init(logLengths: [0], logNoise: -9))
    #expect(try process.predict([[0.5]])[0].mean == 2)
  }
}

@Suite struct `The expected improvement of the hypervolume` {
  private static let plane = [[0.1, 0.8], [0.3, 0.5], [0.7, 0.2]]
  private static let space = [[0.1, 0.8, 0.5], [0.3, 0.5, 0.6], [0.7, 0.2, 0.3]]

  /// By NumPy: Gauss-Legendre quadrature between all cuts and every one or two deviations, of the density times
  /// the improvement by inclusion and exclusion; exact to some 1e-11.
  @Test(arguments: [
    ([[0.4]], [0.5], [0.2], 0.03955931148026118), (plane, [0.35, 0.4], [0.1, 0.2], 0.05907017948704245),
    (plane, [0.9, 0.9], [0.3, 0.05], 3.653051577065599e-05),
    (space, [0.35, 0.4, 0.5], [0.1, 0.2, 0.15], 0.045420467888714525),
    (space, [0.2, 0.2, 0.9], [0.3, 0.05, 0.2], 0.032254617085427276),
  ])
  func `is what quadrature gives`(front: [[Double]], means: [Double], deviations: [Double], expected: Double) {
    let improvement = ExpectedHypervolumeImprovement(
      front: front, reference: Array(repeating: 1, count: means.count))
    #expect(abs(improvement.value(means: means, deviations: deviations) - expected) < 1e-9 * max(1e-3, expected))
  }

  /// Without uncertainty it is the hypervolume with the point minus that without.
  @Test(arguments: 1...3, UInt64(0)..<20)
  func `of a certain point is the improvement`(objectives: Int, stream: UInt64) {
    var random = CounterRandom(seed: 3, purpose: "improvement-test", stream: stream)
    // Coordinates in eighths make ties.
    func point() -> [Double] { (0..<objectives).map { _ in Double(random.next32() % 10) / 8 } }
    let front = (0..<Int(random.next32() % 12)).map { _ in point() }
    let reference = [Double](repeating: 1, count: objectives)
    let improvement = ExpectedHypervolumeImprovement(front: front, reference: reference)
    let before = Hypervolume.of(front, reference: reference)
    for _ in 0..<20 {
      let added = point()
      let expected = Hypervolume.of(front + [added], reference: reference) - before
      let found = improvement.value(means: added, deviations: reference.map { _ in 0 })
      #expect(abs(found - expected) < 1e-14)
    }
  }
}
