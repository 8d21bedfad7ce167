package import ViTNumerics

extension Estimate {
  /// A mean over runs with Student's t interval; nil for no values.
  init?(overRuns values: [Double]) { self.init(meanOf: values, covers: .runs(values.count)) }

  /// "1.8 [1.5, 2.1]", or the number alone, as documents write numbers.
  package var text: String { bracketed(ReadableNumber.short) }
}
