internal import ViTFiles
package import ViTLatency
internal import ViTNumerics

/// That a member was chosen for a latency target, and measured too far from it.
package struct TargetMiss: Hashable, Sendable, Codable {
  /// The target's label.
  package var target: String
  /// What was measured, in the target's unit: "0.365x" where the target is "0.3x".
  package var measured: String
  /// Measured latency over the target's.
  package var ratio: Double
  /// How far from 1 the ratio may be.
  package var tolerance: Double

  /// "misses target 0.3x: measured 0.365x, tolerance 10%".
  package var text: String {
    "misses target \(target): measured \(measured), tolerance \(ReadableNumber.percentage(tolerance, decimals: 0))"
  }

  /// Nil when the latency is within the tolerance of the target, on either side.
  package init?(_ target: ResolvedTarget, measuredSeconds seconds: Double, tolerance: Double) {
    let ratio = seconds / target.seconds
    // A rounding error at the edge is no miss.
    guard abs(ratio - 1) > tolerance + 1e-9 else { return nil }
    self.target = target.label
    self.ratio = ratio
    self.tolerance = tolerance
    if let factor = target.relation?.factor {
      let of = target.relation?.baseline.map { " of \($0)" } ?? ""
      measured = "\(ReadableNumber.significant(factor * ratio))x\(of)"
    } else {
      measured = ReadableNumber.latency(seconds)
    }
  }
}

extension StudyPlan {
  /// The targets where they were measured: relative ones as multiples of what their baseline took in a series.
  ///
  /// - Parameter measured: Seconds by digest. A target whose baseline is not among them stays where the plan has it.
  package func targets(measured: [String: Double]) -> [ResolvedTarget] {
    let baselines = members.filter { $0.role == .baseline }
    return targets.map { target in
      guard let relation = target.relation,
        let baseline = relation.baseline.map({ name in baselines.first { $0.name == name } }) ?? baselines.first,
        let seconds = measured[baseline.digest], baseline.latency.seconds > 0
      else { return target }
      // The label is rounded, the plan's seconds are not.
      return ResolvedTarget(
        label: target.label, seconds: target.seconds / baseline.latency.seconds * seconds)
    }
  }
}
