internal import ViTArchitecture
package import ViTLatency
package import ViTNumerics

/// The latencies that a pruning run stops at, from the largest to the smallest.
package enum PruningTargets {
  /// Turns targets into seconds and checks that pruning can reach each of them, in this order.
  ///
  /// - Parameters:
  ///   - texts: Such as "0.5x" of the dense model's predicted latency, or "12ms".
  ///   - dense: The dense model's predicted latency.
  ///   - smallest: Its predicted latency when every list of units is at its floor.
  /// - Throws: `PruningError` that names the target and what can be reached.
  package static func resolve(
    _ texts: [String], dense: Estimate, smallest: Estimate
  ) throws(PruningError) -> [ResolvedTarget] {
    var targets: [ResolvedTarget] = []
    for text in texts {
      let seconds = try seconds(text, dense: dense.seconds)
      guard seconds < dense.seconds else {
        throw PruningError(
          .unreachableTarget,
          "target \(text) is already met: \(reach(dense, smallest))")
      }
      guard seconds >= smallest.seconds else {
        throw PruningError(
          .unreachableTarget,
          "target \(text), \(ReadableNumber.latency(seconds)), is out of reach: \(reach(dense, smallest))")
      }
      if let last = targets.last {
        guard seconds != last.seconds else {
          throw PruningError(.badTargets, "targets \(last.label) and \(text) are the same latency, expected each once")
        }
        guard seconds < last.seconds else {
          throw PruningError(
            .badTargets, "target \(text) comes after \(last.label), expected the largest latency first")
        }
      }
      targets.append(ResolvedTarget(label: text, seconds: seconds))
    }
    guard !targets.isEmpty else { throw PruningError(.badTargets, "no latency target, expected at least one") }
    return targets
  }

  /// Checks how a target is written.
  ///
  /// - Throws: `PruningError` that says what is expected.
  package static func check(_ text: String) throws(PruningError) { _ = try seconds(text, dense: 1) }

  private static func seconds(_ text: String, dense: Double) throws(PruningError) -> Double {
    switch LatencyTarget(text) {
    case .seconds(let seconds): return seconds
    case .relative(let factor, baseline: nil): return factor * dense
    case .relative(_, baseline: let name?):
      throw PruningError(
        .badTargets,
        "target \"\(text)\" names \"\(name)\", but targets are relative to the dense model; expected one such as 0.5x")
    case nil:
      throw PruningError(.badTargets, "target \"\(text)\" is no latency; expected one such as 0.5x or 12ms")
    }
  }

  private static func reach(_ dense: Estimate, _ smallest: Estimate) -> String {
    let share = smallest.seconds / dense.seconds
    return """
      pruning reaches from below \(ReadableNumber.latency(dense.seconds)) (the dense model, 1x) down to \
      \(ReadableNumber.latency(smallest.seconds)) (\(ReadableNumber.significant(share))x)
      """
  }
}
