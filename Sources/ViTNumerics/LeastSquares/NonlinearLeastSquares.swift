internal import CGSL

/// The minimum of a sum of squares whose model is not linear in its parameters, by GSL's trust region method with
/// Levenberg-Marquardt steps; derivatives are central differences.
package struct NonlinearLeastSquares: Sendable {
  package let parameters: [Double]
  /// Model minus observation, one for each observation, without the weights.
  package let residuals: [Double]
  /// Sum of weight times squared residual.
  package let squaredSum: Double
  /// Standard error of each parameter from the curvature at the minimum; nil where no degree of freedom is left.
  package let standardErrors: [Double]?
  package let iterations: Int

  /// - Parameters:
  ///   - start: Where the search begins, one number for each parameter.
  ///   - observations: At least as many numbers as parameters.
  ///   - weights: None negative; nil for 1 each. Reweight and fit again for a robust fit: `StudentTRegression`.
  ///   - tolerance: Relative change of the parameters, and of the gradient, that ends the search.
  ///   - model: Writes the model's values for the parameters into an array with one entry for each observation.
  /// - Throws: `NumericsError` when the search does not converge or the model is not finite where it starts.
  package static func fit(
    start: [Double], observations: [Double], weights: [Double]? = nil, tolerance: Double = 1e-10,
    iterationLimit: Int = 500, model: @escaping ([Double], inout [Double]) -> Void
  ) throws(NumericsError) -> NonlinearLeastSquares {
    precondition(!start.isEmpty && observations.count >= start.count, "expected at least as many rows as parameters")
    precondition(weights.map { $0.count == observations.count } ?? true, "expected one weight for each row")
    let problem = Problem(observations: observations, parameterCount: start.count, model: model)
    var result: NonlinearLeastSquares?
    var status = Int32(GSL_SUCCESS)
    let weights = weights ?? [Double](repeating: 1, count: observations.count)
    withExtendedLifetime(problem) {
      status = problem.solve(start, weights, tolerance, iterationLimit, &result)
    }
    try GSL.check("nonlinear least squares") { status }
    guard let result, result.parameters.allSatisfy(\.isFinite), result.squaredSum.isFinite else {
      throw NumericsError(operation: "nonlinear least squares", reason: "the fit is not finite")
    }
    return result
  }
}

/// What GSL's callback works on; one fit owns it, on one thread.
private final class Problem {
  private let observations: [Double]
  private let model: ([Double], inout [Double]) -> Void
  private var parameters: [Double]
  private var values: [Double]

  init(observations: [Double], parameterCount: Int, model: @escaping ([Double], inout [Double]) -> Void) {
    self.observations = observations
    self.model = model
    parameters = [Double](repeating: 0, count: parameterCount)
    values = [Double](repeating: 0, count: observations.count)
  }

  /// Returns GSL's status, and sets `result` when that is success.
  func solve(
    _ start: [Double], _ weights: [Double], _ tolerance: Double, _ iterationLimit: Int,
    _ result: inout NonlinearLeastSquares?
  ) -> Int32 {
    GSL.prepare()
    var settings = gsl_multifit_nlinear_default_parameters()
    settings.fdtype = GSL_MULTIFIT_NLINEAR_CTRDIFF
    // The cube root of the rounding error, which balances it against a central difference's own error.
    settings.h_df = 6e-6
    let trust = nvit_gsl_multifit_nlinear_trust()
    guard let workspace = gsl_multifit_nlinear_alloc(trust, &settings, observations.count, start.count) else {
      return Int32(GSL_ENOMEM)
    }
    defer { gsl_multifit_nlinear_free(workspace) }
    var function = gsl_multifit_nlinear_fdf()
    function.n = observations.count
    function.p = start.count
    function.params = Unmanaged.passUnretained(self).toOpaque()
    function.f = { parameters, problem, residuals in
      guard let parameters, let problem, let residuals else { return Int32(GSL_EFAULT) }
      return Unmanaged<Problem>.fromOpaque(problem).takeUnretainedValue().evaluate(parameters, residuals)
    }
    var (start, weights) = (start, weights)
    var info: Int32 = 0
    let status = start.withUnsafeMutableBufferPointer { start in
      weights.withUnsafeMutableBufferPointer { weights in
        withUnsafeMutablePointer(to: &function) { function in
          var startView = gsl_vector_view_array(start.baseAddress, start.count)
          var weightView = gsl_vector_view_array(weights.baseAddress, weights.count)
          let status = gsl_multifit_nlinear_winit(&startView.vector, &weightView.vector, function, workspace)
          guard status == 0 else { return status }
          return gsl_multifit_nlinear_driver(
            iterationLimit, tolerance, tolerance, 0, nil, nil, &info, workspace)
        }
      }
    }
    // No step from the start lowers the sum: the start is a minimum, to rounding, if the gradient says so too.
    let isAtMinimum = info == Int32(GSL_ENOPROG) && isStationary(workspace)
    guard status == 0 || isAtMinimum else { return status }
    result = outcome(of: workspace, weights: weights)
    return 0
  }

  /// Model minus observation.
  private func evaluate(_ x: UnsafePointer<gsl_vector>, _ residuals: UnsafeMutablePointer<gsl_vector>) -> Int32 {
    for index in parameters.indices { parameters[index] = gsl_vector_get(x, index) }
    model(parameters, &values)
    for index in observations.indices {
      guard values[index].isFinite else { return Int32(GSL_EBADFUNC) }
      gsl_vector_set(residuals, index, values[index] - observations[index])
    }
    return 0
  }

  /// Whether no direction promises to lower the sum of squares by more than a millionth of itself.
  private func isStationary(_ workspace: UnsafeMutablePointer<gsl_multifit_nlinear_workspace>) -> Bool {
    guard let gradient = workspace.pointee.g, let residual = workspace.pointee.f, let jacobian = workspace.pointee.J
    else { return false }
    var squaredSum = 0.0
    for row in observations.indices { squaredSum += gsl_vector_get(residual, row) * gsl_vector_get(residual, row) }
    return parameters.indices.allSatisfy { column in
      var curvature = 0.0
      for row in observations.indices {
        curvature += gsl_matrix_get(jacobian, row, column) * gsl_matrix_get(jacobian, row, column)
      }
      let slope = gsl_vector_get(gradient, column)
      return slope * slope <= 1e-6 * squaredSum * curvature
    }
  }

  private func outcome(
    of workspace: UnsafeMutablePointer<gsl_multifit_nlinear_workspace>, weights: [Double]
  ) -> NonlinearLeastSquares {
    let found = parameters.indices.map { gsl_vector_get(workspace.pointee.x, $0) }
    model(found, &values)
    let residuals = observations.indices.map { values[$0] - observations[$0] }
    let squaredSum = zip(weights, residuals).reduce(0) { $0 + $1.0 * $1.1 * $1.1 }
    return NonlinearLeastSquares(
      parameters: found, residuals: residuals, squaredSum: squaredSum,
      standardErrors: standardErrors(workspace, squaredSum: squaredSum),
      iterations: gsl_multifit_nlinear_niter(workspace))
  }

  private func standardErrors(
    _ workspace: UnsafeMutablePointer<gsl_multifit_nlinear_workspace>, squaredSum: Double
  ) -> [Double]? {
    let count = parameters.count
    let freedom = observations.count - count
    guard freedom > 0 else { return nil }
    var covariance = [Double](repeating: 0, count: count * count)
    let status = covariance.withUnsafeMutableBufferPointer { covariance in
      var view = gsl_matrix_view_array(covariance.baseAddress, count, count)
      return gsl_multifit_nlinear_covar(gsl_multifit_nlinear_jac(workspace), 0, &view.matrix)
    }
    guard status == 0 else { return nil }
    return (0..<count).map { (covariance[$0 * count + $0] * squaredSum / Double(freedom)).squareRoot() }
  }
}
