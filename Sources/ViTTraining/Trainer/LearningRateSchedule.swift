internal import Foundation

/// Linear warm-up, then a cosine down to the minimum.
package struct LearningRateSchedule: Sendable {
  package var peak: Double
  package var minimum: Double
  package var warmupSteps: Int
  package var totalSteps: Int

  package init(peak: Double, minimum: Double, warmupSteps: Int, totalSteps: Int) {
    self.peak = peak
    self.minimum = minimum
    self.warmupSteps = warmupSteps
    self.totalSteps = totalSteps
  }

  /// The rate of a step, counted from 0: peak (step + 1) / warm-up, then
  /// minimum + (peak - minimum) (1 + cos(pi (step - warm-up) / (total - warm-up))) / 2.
  package func rate(atStep step: Int) -> Double {
    if step < warmupSteps { return peak * Double(step + 1) / Double(warmupSteps) }
    let rest = max(1, totalSteps - warmupSteps)
    let share = min(1, Double(step - warmupSteps) / Double(rest))
    return minimum + (peak - minimum) * 0.5 * (1 + cos(Double.pi * share))
  }
}
