internal import ViTNumerics

/// A linear axis: values on one side, pixels on the other.
struct Axis {
  let values: ClosedRange<Double>
  /// Where the ends of `values` are drawn; the first may be the larger one, as for an upward axis.
  let pixels: (Double, Double)

  func position(_ value: Double) -> Double {
    let share = (value - values.lowerBound) / (values.upperBound - values.lowerBound)
    return pixels.0 + share * (pixels.1 - pixels.0)
  }

  /// Round values, five to ten of them, within the axis: multiples of 1, 2 or 5 times a power of ten.
  var ticks: [(value: Double, label: String)] {
    let span = values.upperBound - values.lowerBound
    var (step, decimals) = (1.0, 0)
    while step > span / 5 {
      step /= 10
      decimals += 1
    }
    while step * 10 <= span / 5 {
      step *= 10
      decimals -= 1
    }
    for factor in [5.0, 2] where step * factor <= span / 5 {
      step *= factor
      break
    }
    let first = Int((values.lowerBound / step).rounded(.up))
    let last = Int((values.upperBound / step).rounded(.down))
    guard first <= last else { return [] }
    return (first...last).map { index in
      let value = Double(index) * step
      return (value, ReadableNumber.fixed(value, decimals: max(decimals, 0)))
    }
  }

  /// The smallest range that holds all finite values, widened on both sides by a share of itself. Values that no
  /// latency or accuracy can have, of more than 300 digits, do not count.
  static func range(_ values: [Double], padding: Double) -> ClosedRange<Double> {
    let finite = values.filter { abs($0) < 1e300 }
    guard let low = finite.min(), let high = finite.max() else { return 0...1 }
    // A single value gets room around it, in proportion to its size; so do values that only rounding tells apart.
    let size = max(abs(low), abs(high))
    let span = max(high > low ? high - low : size * 0.1, size * 1e-9, 1e-9)
    return (low - padding * span)...(high + padding * span)
  }

  /// The part of a range within limits, or all of it when it has none there.
  static func limited(_ range: ClosedRange<Double>, to limits: ClosedRange<Double>) -> ClosedRange<Double> {
    let part = range.clamped(to: limits)
    return part.lowerBound < part.upperBound ? part : range
  }
}
