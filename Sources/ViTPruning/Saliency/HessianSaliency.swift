internal import ViTKernels
internal import ViTNumerics
package import ViTTraining

/// The squared Hessian of the loss in the units' gates, row by row: the mean of (H z / divisor)^2 over batches, each
/// with a z of its own from N(0, I). Its expectation in z is the sum of a row's squared elements; over all units these
/// add up to the sum of squared eigenvalues, the paper's starting point.
///
/// H z = (gradient at gates 1 + h z - gradient at gates 1 - h z) / 2h, where a weight is multiplied by the gates of all
/// units that it is scored for, and the gradient is the true one at those weights.
package final class HessianSaliency: SaliencyMeasure {
  /// Large enough that the difference is far above the roundoff of float32 gradients (about 1e-5 of their size), small
  /// enough that the error, of the order of h^2, stays below a percent.
  package static let step = 0.01

  private let gates: GateSums
  private let divisors: [Double]
  private let tensors: [GatedTensor]
  private let layout: UnitLayout
  private let seed: UInt64
  private let saved: FloatBuffer
  private var totals: [Double]
  private var batches = 0

  /// A scored tensor with the units that gate its rows and columns.
  private struct GatedTensor {
    let range: Range<Int>
    let rowUnits: [[Int]]
    let columnUnits: [[Int]]
  }

  package init(_ weights: ModelWeights, divisors: SaliencyDivisors, seed: UInt64) {
    let layout = UnitLayout(weights.architecture)
    self.layout = layout
    self.seed = seed
    gates = GateSums(weights)
    self.divisors = divisors.perUnit(layout)
    saved = FloatBuffer(count: weights.table.floatCount)
    totals = Array(repeating: 0, count: layout.unitCount)
    tensors = UnitTensor.tensors(of: weights.architecture, weights.table).filter(\.isScored).map { tensor in
      GatedTensor(
        range: tensor.entry.range, rowUnits: HessianSaliency.units(tensor.rows, layout),
        columnUnits: HessianSaliency.units(tensor.columns, layout))
    }
  }

  private static func units(_ axis: UnitTensor.Axis, _ layout: UnitLayout) -> [[Int]] {
    axis.segments.flatMap { segment in
      (0..<segment.count).map { index in
        segment.lists.enumerated().compactMap { position, list in
          guard segment.scored.contains(list) else { return nil }
          let inner = segment.lists.count > 1 ? segment.counts[1] : 1
          return layout.range(of: list).lowerBound + (position == 0 ? index / inner : index % inner)
        }
      }
    }
  }

  package func prepare(_ engine: TrainingEngine, _ batch: TrainingEngine.Batch) {
    var random = CounterRandom(
      seed: seed, purpose: "hessian saliency", stream: UInt64(engine.stepCount) << 24 + UInt64(batches))
    let direction = (0..<layout.unitCount).map { _ in random.gaussian() }
    let product = hessianProduct(direction, engine, batch)
    for unit in totals.indices {
      let term = product[unit] / divisors[unit]
      totals[unit] += term * term
    }
    batches += 1
  }

  package func observe(_ engine: TrainingEngine) {}

  package func scores(_ engine: TrainingEngine) -> [Double] {
    let mean = totals.map { $0 / Double(max(1, batches)) }
    for unit in totals.indices { totals[unit] = 0 }
    batches = 0
    return mean
  }

  /// H times a direction, with one number for each unit.
  package func hessianProduct(
    _ direction: [Double], _ engine: TrainingEngine, _ batch: TrainingEngine.Batch
  ) -> [Double] {
    let plus = gateGradient(at: direction.map { 1 + HessianSaliency.step * $0 }, engine, batch)
    let minus = gateGradient(at: direction.map { 1 - HessianSaliency.step * $0 }, engine, batch)
    return zip(plus, minus).map { ($0 - $1) / (2 * HessianSaliency.step) }
  }

  /// The gradient of a batch's loss in the gates, at gates that are not zero.
  package func gateGradient(
    at values: [Double], _ engine: TrainingEngine, _ batch: TrainingEngine.Batch
  ) -> [Double] {
    let weights = engine.weights.arena.vector
    saved.vector.copy(from: weights)
    defer { weights.copy(from: saved.vector) }
    for tensor in tensors {
      let columnFactors = tensor.columnUnits.map { $0.reduce(1) { $0 * values[$1] } }
      weights[tensor.range].withMutableSpan { elements in
        var place = 0
        for units in tensor.rowUnits {
          let factor = units.reduce(1) { $0 * values[$1] }
          for columnFactor in columnFactors {
            elements[place] = Float(Double(elements[place]) * factor * columnFactor)
            place += 1
          }
        }
      }
    }
    _ = engine.computeGradient(batch)
    gates.sum(weights, engine.gradientArena, on: engine)
    // d(gate w)/d(gate) = w = (gate w) / gate.
    return values.indices.map { gates.sums[$0] / values[$0] }
  }
}
