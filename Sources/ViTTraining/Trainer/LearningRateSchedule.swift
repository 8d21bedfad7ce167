internal import Foundation

/// Linear warm-up, then a cosine down to the minimum.
public struct LearningRateSchedule: Sendable {
  public var peak: Double
  public var minimum: Double
  public var warmupSteps: Int
  public var totalSteps: Int

  public init(peak: Double, minimum: Double, warmupSteps: Int, totalSteps: Int) {
    self.peak = peak
    self.minimum = minimum
    self.warmupSteps = warmupSteps
    self.totalSteps = totalSteps
  }

  /// The rate of a step, counted from 0: peak (step + 1) / warm-up, then
  /// minimum + (peak - minimum) (1 + cos(pi (step - warm-up) / (total - warm-up))) / 2.
  public func rate(atStep step: Int) -> Double {
    if step < warmupSteps { return peak * Double(step + 1) / Double(warmupSteps) }
    let rest = max(1, totalSteps - warmupSteps)
    let share = min(1, Double(step - warmupSteps) / Double(rest))
    return minimum + (peak - minimum) * 0.5 * (1 + cos(Double.pi * share))
  }
}
