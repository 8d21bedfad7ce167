internal import CGSL

// libm's functions under their full names, so that no other file needs to import the C library for them.

/// Logarithms.
package enum Logarithm {
  /// The natural logarithm of `x`.
  package static func natural(_ x: Double) -> Double { log(x) }
}

/// Exponentials and powers.
package enum Exponential {
  /// e to the power of `x`.
  package static func natural(_ x: Double) -> Double { exp(x) }
  /// `base` to the power of `exponent`.
  package static func power(_ base: Double, _ exponent: Double) -> Double { pow(base, exponent) }
}

/// Trigonometric functions, of angles in radians.
package enum Trigonometry {
  package static func sine(_ x: Double) -> Double { sin(x) }
  package static func cosine(_ x: Double) -> Double { cos(x) }
  package static func arctangent(_ x: Double) -> Double { atan(x) }
}

/// The standard normal distribution.
package enum StandardNormal {
  /// The density at `z`.
  package static func density(_ z: Double) -> Double { exp(-0.5 * z * z) / (2 * Double.pi).squareRoot() }
  /// The probability of a value at or below `z`.
  package static func cumulative(_ z: Double) -> Double { 0.5 * erfc(-z / 2.0.squareRoot()) }
}
