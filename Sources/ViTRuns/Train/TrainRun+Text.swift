internal import ViTNumerics

extension TrainRun {
  /// 12.34 gives "12.3 s".
  func seconds(_ seconds: Double) -> String { ReadableNumber.fixed(seconds, decimals: 1) + " s" }
}

extension TrainRun.Outcome {
  /// For people.
  package var text: String {
    """
    validation accuracy  \(ReadableNumber.percent(validationAccuracy))% on \(validationImages) images
    validation loss      \(ReadableNumber.fixed(validationLoss, decimals: 4))
    weights              \(weights)

    """
  }
}
