internal import ViTNumerics

extension LatencyTarget {
  /// Reads `12ms`, `0.5x` (of the first baseline) or `0.5x deit-64`; nil when `text` is none of them or not above 0.
  package init?(_ text: String) {
    let words = text.split(separator: " ", omittingEmptySubsequences: true)
    guard let first = words.first, words.count <= 2 else { return nil }
    if first.hasSuffix("x") {
      guard let multiple = NumberText.number(first.dropLast()), multiple > 0 else { return nil }
      self = .relative(multiple, baseline: words.count == 2 ? String(words[1]) : nil)
    } else {
      guard words.count == 1, let seconds = NumberText.seconds(String(first)), seconds > 0 else { return nil }
      self = .seconds(seconds)
    }
  }
}
