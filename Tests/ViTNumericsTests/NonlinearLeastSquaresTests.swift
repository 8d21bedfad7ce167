import Testing
import ViTNumerics

/// Data and certified values of NIST's Statistical Reference Datasets, https://www.itl.nist.gov/div898/strd/.
private struct Reference: Sendable, CustomTestStringConvertible {
  var testDescription: String
  var x: [Double]
  var y: [Double]
  var starts: [[Double]]
  var parameters: [Double]
  var standardErrors: [Double]
  var squaredSum: Double
  var curve: @Sendable (Double, [Double]) -> Double

  /// Lower difficulty: b1 (1 - exp(-b2 x)).
  static let misra1a = Reference(
    testDescription: "Misra1a",
    x: [77.6, 114.9, 141.1, 190.8, 239.9, 289.0, 332.8, 378.4, 434.8, 477.3, 536.8, 593.1, 689.1, 760.0],
    y: [10.07, 14.73, 17.94, 23.93, 29.61, 35.18, 40.02, 44.82, 50.76, 55.05, 61.01, 66.40, 75.47, 81.78],
    starts: [[500, 0.0001], [250, 0.0005]], parameters: [2.3894212918E+02, 5.5015643181E-04],
    standardErrors: [2.7070075241E+00, 7.2668688436E-06], squaredSum: 1.2455138894E-01,
    curve: { x, b in b[0] * (1 - Exponential.natural(-b[1] * x)) })

  /// Higher difficulty: b1 / (1 + exp(b2 - b3 x))^(1 / b4).
  static let rat43 = Reference(
    testDescription: "Rat43", x: (1...15).map(Double.init),
    y: [
      16.08, 33.83, 65.80, 97.20, 191.55, 326.20, 386.87, 520.53, 590.03, 651.92, 724.93, 699.56, 689.96, 637.56,
      717.41,
    ],
    starts: [[100, 10, 1, 1], [700, 5, 0.75, 1.3]],
    parameters: [6.9964151270E+02, 5.2771253025E+00, 7.5962938329E-01, 1.2792483859E+00],
    standardErrors: [1.6302297817E+01, 2.0828735829E+00, 1.9566123451E-01, 6.8761936385E-01],
    squaredSum: 8.7864049080E+03,
    curve: { x, b in b[0] / Exponential.power(1 + Exponential.natural(b[1] - b[2] * x), 1 / b[3]) })
}

@Suite struct `Nonlinear least squares` {
  @Test(arguments: [Reference.misra1a, .rat43])
  private func `Certified parameters are found from both of NIST's starts`(_ reference: Reference) throws {
    for start in reference.starts {
      let fit = try NonlinearLeastSquares.fit(start: start, observations: reference.y) { b, values in
        for index in reference.x.indices { values[index] = reference.curve(reference.x[index], b) }
      }
      // The sum of squares is flat at its minimum: parameters are sure to about the root of the rounding error times
      // their condition, errors to that of a difference quotient.
      for (found, certified) in zip(fit.parameters, reference.parameters) {
        #expect(abs(found / certified - 1) < 1e-6)
      }
      for (found, certified) in zip(fit.standardErrors ?? [], reference.standardErrors) {
        #expect(abs(found / certified - 1) < 1e-4)
      }
      #expect(fit.standardErrors?.count == start.count)
      #expect(abs(fit.squaredSum / reference.squaredSum - 1) < 1e-9)
    }
  }

  @Test func `A weight of zero leaves an observation out`() throws {
    let fit = try NonlinearLeastSquares.fit(start: [0, 0], observations: [1, 3, 99, 7], weights: [1, 1, 0, 1]) { b, y in
      for index in y.indices { y[index] = b[0] + b[1] * Double(index) }
    }
    #expect(abs(fit.parameters[0] - 1) < 1e-9 && abs(fit.parameters[1] - 2) < 1e-9)
  }

  @Test func `A start at the minimum stays there`() throws {
    let fit = try NonlinearLeastSquares.fit(start: [1, 2], observations: [1, 3, 5]) { b, y in
      for index in y.indices { y[index] = b[0] + b[1] * Double(index) }
    }
    #expect(fit.parameters == [1, 2] && fit.squaredSum == 0)
  }

  @Test func `A model that is not finite is an error`() {
    #expect(throws: NumericsError.self) {
      try NonlinearLeastSquares.fit(start: [-1], observations: [1, 2]) { b, y in
        for index in y.indices { y[index] = b[0].squareRoot() }
      }
    }
  }
}

@Suite struct `Regression with Student's t errors` {
  private let y = [1.1, 2.9, 5.2, 7.0, 8.8, 11.3, 30.0, 15.1, 16.9, 19.2]

  private func line(_ weights: [Double]) throws(NumericsError) -> (model: [Double], values: [Double]) {
    let roots = weights.map { $0.squareRoot() }
    let b = try LeastSquares.solve(
      roots.indices.flatMap { [roots[$0], roots[$0] * Double($0)] }, columns: 2,
      rightHandSide: zip(roots, y).map { $0 * $1 })
    return (b, y.indices.map { b[0] + b[1] * Double($0) })
  }

  /// Expected: the negative log likelihood of scipy.stats.t(4) minimised by scipy 1.17.1 (BFGS, then Nelder-Mead to
  /// 1e-12). The iteration stops when a round gains less than 1e-7, which leaves parameters off by about its root.
  @Test func `An outlier hardly moves the line`() throws {
    let fit = try StudentTRegression(y, minimumScale: 1e-6, solve: line)
    #expect(abs(fit.model[0] - 1.028631217634962) < 3e-4)
    #expect(abs(fit.model[1] - 2.0072900222367434) < 3e-4)
    #expect(abs(fit.scale - 0.20975370727830697) < 3e-4)
    #expect(abs(fit.logLikelihood - -15.459057110618833) < 1e-6)
    #expect(fit.weights[6] < 0.01)
    let squares = try line([Double](repeating: 1, count: y.count)).model
    // The intercept of plain least squares is 1.335 (numpy.polyfit), a thousand tolerances away.
    #expect(abs(squares[0] - fit.model[0]) > 0.3)
  }

  @Test func `An exact fit has the least scale`() throws {
    let fit = try StudentTRegression([2, 2, 2], minimumScale: 0.25) { weights in (2.0, weights.map { _ in 2.0 }) }
    #expect(fit.scale == 0.25 && fit.logLikelihood.isFinite)
  }
}
