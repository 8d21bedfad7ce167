internal import ViTLatency
package import ViTNumerics
package import ViTSearch

/// A member's figures as pages and charts show them: intervals end where values are no longer possible.
extension FrontEntry {
  /// On the validation split; nil when no training was completed.
  package var accuracy: Estimate? { validation?.accuracy.clamped(to: 0...1) }
  package var testAccuracy: Estimate? { test?.accuracy.clamped(to: 0...1) }
  var predicted: Estimate { predictedLatency.clamped(to: 0 ... .infinity) }
  var measured: Estimate? { measuredLatency?.latency }

  /// Measured if known, else predicted; nil when neither is a finite number of seconds.
  package var latency: Estimate? { [measured, predicted].lazy.compactMap(\.self).first { $0.value.isFinite } }
}

extension MemberRole {
  /// In the order of legends and menus.
  static let shown: [MemberRole] = [.candidate, .both, .baseline, .randomSearch]

  /// What the page's script and style call it.
  var style: String { self == .randomSearch ? "random" : rawValue }

  func name(family: String) -> String {
    switch self {
    case .candidate: "candidate"
    case .baseline: family == "DeiT" ? family : "baseline"
    case .randomSearch: "random search"
    case .both: "search and random search"
    }
  }
}
