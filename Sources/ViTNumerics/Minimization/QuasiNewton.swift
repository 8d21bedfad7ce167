internal import CGSL

/// Minimises a smooth function of several variables by GSL's BFGS.
package enum QuasiNewton {
  /// A function's value and gradient at a point.
  package typealias Objective = (_ point: [Double]) -> (value: Double, gradient: [Double])

  /// The best point that was visited.
  ///
  /// - Parameters:
  ///   - start: Where to begin, at least one coordinate.
  ///   - iterations: At most so many line searches.
  ///   - gradientTolerance: Ends when the gradient's length is smaller.
  ///   - objective: The function; where it has no finite value, an infinite one.
  /// - Throws: `NumericsError` when GSL has no memory. That no better point can be found is no error.
  package static func minimum(
    from start: [Double], iterations: Int, gradientTolerance: Double = 1e-3, of objective: @escaping Objective
  ) throws(NumericsError) -> [Double] {
    GSL.prepare()
    let evaluation = Evaluation(objective, start: start)
    guard let minimizer = gsl_multimin_fdfminimizer_alloc(nvit_gsl_multimin_bfgs(), start.count),
      let first = gsl_vector_alloc(start.count)
    else { throw NumericsError(operation: "minimisation", reason: "out of memory") }
    defer {
      gsl_multimin_fdfminimizer_free(minimizer)
      gsl_vector_free(first)
    }
    for (index, coordinate) in start.enumerated() { gsl_vector_set(first, index, coordinate) }
    var function = gsl_multimin_function_fdf(
      f: { Evaluation.at($0, $1).value },
      df: { point, parameters, gradient in Evaluation.at(point, parameters).copyGradient(to: gradient) },
      fdf: { point, parameters, value, gradient in
        let evaluation = Evaluation.at(point, parameters)
        value?.pointee = evaluation.value
        evaluation.copyGradient(to: gradient)
      },
      n: start.count, params: Unmanaged.passUnretained(evaluation).toOpaque())
    // The minimiser keeps pointers to the function and, through it, to the evaluation.
    withExtendedLifetime(evaluation) {
      withUnsafeMutablePointer(to: &function) { function in
        guard gsl_multimin_fdfminimizer_set(minimizer, function, first, 0.1, 0.1) == 0 else { return }
        for _ in 0..<iterations {
          guard gsl_multimin_fdfminimizer_iterate(minimizer) == 0,
            gsl_multimin_test_gradient(gsl_multimin_fdfminimizer_gradient(minimizer), gradientTolerance)
              == Int32(GSL_CONTINUE)
          else { return }
        }
      }
    }
    return evaluation.best.point
  }

  /// The last evaluation, which GSL asks for in pieces, and the best.
  private final class Evaluation {
    private let objective: Objective
    private var point: [Double] = []
    private(set) var value = Double.infinity
    private var gradient: [Double] = []
    private(set) var best: (point: [Double], value: Double)

    init(_ objective: @escaping Objective, start: [Double]) {
      self.objective = objective
      best = (start, .infinity)
    }

    static func at(_ vector: UnsafePointer<gsl_vector>?, _ parameters: UnsafeMutableRawPointer?) -> Evaluation {
      // GSL calls back with the point and the parameters that it was given, neither of them nil; no input changes that.
      guard let vector, let parameters else { preconditionFailure("GSL hands over the point and the parameters") }
      let evaluation = Unmanaged<Evaluation>.fromOpaque(parameters).takeUnretainedValue()
      let point = (0..<vector.pointee.size).map { gsl_vector_get(vector, $0) }
      if point != evaluation.point { evaluation.move(to: point) }
      return evaluation
    }

    private func move(to point: [Double]) {
      self.point = point
      (value, gradient) = objective(point)
      if value < best.value { best = (point, value) }
    }

    func copyGradient(to vector: UnsafeMutablePointer<gsl_vector>?) {
      for (index, slope) in gradient.enumerated() { gsl_vector_set(vector, index, slope) }
    }
  }
}
