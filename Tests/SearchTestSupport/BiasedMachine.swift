package import ViTArchitecture
package import ViTLatency
internal import ViTNumerics

/// A machine on which a latency model of two-block networks is wrong by a known factor, though it fits what it was made of.
package enum BiasedMachine {
  /// What the model was fitted to: exact latencies of a grid.
  package static func model(_ conditions: LatencyConditions = conditions) throws -> LatencyModel {
    var measurements: [LatencyModel.Measurement] = []
    let reference = TwoBlocks.baselines[0].architecture
    for embedding in [32, 48, 64] {
      for first in stride(from: 16, through: 256, by: 80) {
        for second in stride(from: 16, through: 256, by: 80) {
          let architecture = TwoBlocks.architecture(embedding, first, second)
          measurements.append(
            .init(architecture: architecture, record: record(architecture, reference, fitted, conditions)))
        }
      }
    }
    measurements += TwoBlocks.baselines.map {
      .init(architecture: $0.architecture, record: record($0.architecture, reference, fitted, conditions))
    }
    return try LatencyModel(fitting: measurements)
  }

  package static let conditions = LatencyConditions(
    device: "test", engine: "none", batchSize: 8, threads: 1, precision: "float32", date: "2026-01-01T00:00:00Z")

  /// What the model learns.
  package static func fitted(_ architecture: Architecture) -> Double {
    1e-5 + 1e-9 * Double(architecture.multiplyAccumulates)
  }

  /// What networks take when they are measured: those with unequal blocks longer than the model knows, by up to `most`.
  package static func truth(_ architecture: Architecture, most: Double) -> Double {
    let widths = architecture.blocks.map { Double($0.mlpHidden) }
    let balance = (widths.min() ?? 0) / (widths.max() ?? 1)
    let isBaseline = TwoBlocks.baselines.contains { $0.architecture == architecture }
    return fitted(architecture) * (isBaseline ? 1 : 1 + most * (0.6 + 0.4 * (1 - balance)))
  }

  private static func record(
    _ architecture: Architecture, _ reference: Architecture, _ seconds: (Architecture) -> Double,
    _ conditions: LatencyConditions
  ) -> LatencyRecord {
    let (own, other) = (seconds(architecture), seconds(reference))
    return LatencyRecord(
      seconds: own, lower: 0.999 * own, upper: 1.001 * own,
      ratio: Estimate(own / other, lower: 0.999 * own / other, upper: 1.001 * own / other, covers: .repetitions(9)),
      reference: reference.digest, repetitions: 9, warmups: 1,
      conditions: conditions)
  }
}
