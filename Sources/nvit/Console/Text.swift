internal import ViTSearch

/// Numbers as people read them, in the commands' own texts.
enum Text {
  /// A fixed number of decimals.
  static func fixed(_ value: Double, _ decimals: Int) -> String { ReadableNumber.fixed(value, decimals: decimals) }

  /// 0.8734 gives "87.34%".
  static func percent(_ share: Double) -> String { ReadableNumber.percent(share) + "%" }
}
