internal import CGSL

/// A curve through given points, by GSL's interpolation; outside them it keeps its end values.
package final class Spline {
  package enum Kind: String, Hashable, Sendable, CaseIterable {
    /// Straight lines between the points.
    case linear
    /// Steffen's monotone cubic (A&A 239, 1990): never overshoots the points.
    case steffen
    /// The natural cubic spline: smoothest, but may overshoot.
    case cubic = "cspline"
  }

  private let x: [Double]
  private let y: [Double]
  private let interpolation: UnsafeMutablePointer<gsl_interp>

  /// - Parameters:
  ///   - x: At least two numbers, strictly increasing. With two, every kind is a straight line.
  ///   - y: As many finite numbers.
  /// - Throws: `NumericsError` when the points do not meet this.
  package init(x: [Double], y: [Double], kind: Kind) throws(NumericsError) {
    guard x.count >= 2, x.count == y.count, x.allSatisfy(\.isFinite), y.allSatisfy(\.isFinite) else {
      throw NumericsError(operation: "interpolation", reason: "expected at least two finite points")
    }
    guard zip(x, x.dropFirst()).allSatisfy({ $0 < $1 }) else {
      throw NumericsError(operation: "interpolation", reason: "expected strictly increasing positions")
    }
    let type =
      switch kind {
      case .steffen where x.count > 2: nvit_gsl_interp_steffen()
      case .cubic where x.count > 2: nvit_gsl_interp_cspline()
      default: nvit_gsl_interp_linear()
      }
    GSL.prepare()
    guard let interpolation = gsl_interp_alloc(type, x.count) else {
      throw NumericsError(operation: "interpolation", reason: "out of memory")
    }
    self.x = x
    self.y = y
    self.interpolation = interpolation
    try GSL.check("interpolation") { gsl_interp_init(interpolation, x, y, x.count) }
  }

  deinit { gsl_interp_free(interpolation) }

  /// The curve's height at `position`.
  package func callAsFunction(_ position: Double) -> Double {
    gsl_interp_eval(interpolation, x, y, min(max(position, x[0]), x[x.count - 1]), nil)
  }
}
