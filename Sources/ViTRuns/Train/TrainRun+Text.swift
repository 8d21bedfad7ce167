internal import ViTNumerics

extension TrainRun {
  /// 12.34 gives "12.3 s".
  func seconds(_ seconds: Double) -> String { ReadableNumber.fixed(seconds, decimals: 1) + " s" }
}

extension TrainRun.Outcome {
  /// For people.
  package var text: String {
    let correct = Int((validationAccuracy * Double(validationImages)).rounded())
    // Exact, so that it does not vanish where all images are right, or none.
    let share = Estimate(successes: min(correct, validationImages), trials: max(1, validationImages))
    let accuracy = share.bracketed(unit: "%") { ReadableNumber.percent($0) }
    return """
      validation accuracy  \(accuracy) (95%, \(validationImages) images)
      validation loss      \(ReadableNumber.fixed(validationLoss, decimals: 4))
      weights              \(weights)

      """
  }
}
