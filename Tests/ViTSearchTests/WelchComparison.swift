import ViTNumerics

import ViTSearch

/// How comparisons were made before errors other than the seeds' were known: each by Welch's test, at the latencies as
/// they are, by itself. Schedules still decide by it who gets further seeds.
enum WelchComparison {
  /// Accuracies of one baseline.
  struct Reference {
    var latencySeconds: Double
    var accuracy: MeanInterval
  }

  /// The accuracy of a candidate less the baselines' at its latency; nil where there is nothing to compare with or fewer
  /// than two seeds.
  static func difference(
    of accuracy: MeanInterval, at latencySeconds: Double, from baselines: [Reference]
  ) -> MeanContrast? {
    let shares = BaselineComparison.shares(at: latencySeconds, latencies: baselines.map(\.latencySeconds)) {
      baselines[$0].accuracy.mean
    }
    guard !shares.isEmpty else { return nil }
    return MeanContrast([(1, accuracy)] + shares.map { (-$0.share, baselines[$0.index].accuracy) })
  }

  static func probability(
    that accuracy: MeanInterval, at latencySeconds: Double, beats baselines: [Reference]
  ) -> Double? {
    difference(of: accuracy, at: latencySeconds, from: baselines)?.probabilityAboveZero
  }
}
