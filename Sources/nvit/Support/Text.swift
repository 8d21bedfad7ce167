internal import Foundation

/// Numbers as people read them.
enum Text {
  /// A fixed number of decimals.
  static func fixed(_ value: Double, _ decimals: Int) -> String { String(format: "%.\(decimals)f", value) }

  /// 0.8734 gives "87.34%".
  static func percent(_ share: Double) -> String { fixed(100 * share, 2) + "%" }
}
