package import ViTArchitecture
internal import ViTNumerics

/// A latency target in seconds.
package struct ResolvedTarget: Hashable, Sendable, Codable {
  /// As the document says it, such as "0.5x", "0.5x of DeiT-T" or "12ms".
  package var label: String
  /// Seconds for one batch.
  package var seconds: Double

  package init(label: String, seconds: Double) {
    self.label = label
    self.seconds = seconds
  }

  /// The multiple of a baseline's latency that the label says; nil for an absolute target. Without a name it is the
  /// first baseline.
  package var relation: (factor: Double, baseline: String?)? {
    guard let end = label.firstIndex(of: "x"), let factor = Double(label[..<end]) else { return nil }
    let rest = label[label.index(after: end)...]
    if rest.isEmpty { return (factor, nil) }
    return rest.hasPrefix(" of ") ? (factor, String(rest.dropFirst(4))) : nil
  }

  /// The label with nothing but letters, digits, dots and hyphens, for file names.
  package var slug: String { ResolvedTarget.slug(label) }

  package static func slug(_ text: String) -> String {
    let kept = text.lowercased().unicodeScalars.map { scalar -> Character in
      let isPlain = scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
      return isPlain || scalar == "." || scalar == "-" ? Character(scalar) : "-"
    }
    return String(kept)
  }

  /// Turns the document's targets into seconds.
  ///
  /// - Parameter latencies: Each baseline's predicted seconds, in the document's order.
  /// - Throws: `LatencyError` for a target relative to a baseline that the document does not define, for one that is
  ///   not a positive time, and when there is no target at all.
  package static func resolve(
    _ targets: [LatencyTarget], latencies: [(name: String, seconds: Double)]
  ) throws(LatencyError) -> [ResolvedTarget] {
    guard !targets.isEmpty else { throw LatencyError(.badTarget, "the space names no latency target, expected one") }
    var resolved: [ResolvedTarget] = []
    for target in targets {
      let one: ResolvedTarget
      switch target {
      case .seconds(let seconds):
        one = ResolvedTarget(label: label(seconds: seconds), seconds: seconds)
      case .relative(let factor, let name):
        guard let baseline = name.map({ name in latencies.first { $0.name == name } }) ?? latencies.first else {
          let known = latencies.map { "\"\($0.name)\"" }.joined(separator: ", ")
          throw LatencyError(
            .badTarget,
            name.map { "target \(factor)x is relative to the baseline \"\($0)\", expected one of: \(known)" }
              ?? "target \(factor)x is relative to a baseline, but the space has none")
        }
        let isFirst = baseline.name == latencies.first?.name
        one = ResolvedTarget(
          label: "\(ReadableNumber.significant(factor))x" + (isFirst ? "" : " of \(baseline.name)"),
          seconds: factor * baseline.seconds)
      }
      guard one.seconds > 0, one.seconds.isFinite else {
        throw LatencyError(.badTarget, "target \(one.label) is \(one.seconds) s, expected a positive time")
      }
      if !resolved.contains(where: { $0.label == one.label }) { resolved.append(one) }
    }
    return resolved
  }

  /// "12ms", "850us", "1.5s".
  private static func label(seconds: Double) -> String {
    ReadableNumber.latency(seconds).replacing(" ", with: "").replacing("µ", with: "u")
  }
}
