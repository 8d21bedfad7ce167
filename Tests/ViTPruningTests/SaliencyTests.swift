import CAllocationCounter
import Testing
import TrainingTestSupport
import ViTArchitecture
import ViTKernels
import ViTNumerics
import ViTPruning
import ViTTraining

@Suite struct `Saliency` {
  private let terms = LossTerms(
    classHead: .init(targets: 0.5, teacherDistribution: 0.5), distillationHead: .init(targets: 0.5), temperature: 2)

  private func engine(_ weights: ModelWeights, batch: Int = 6, threads: Int = 2) -> TrainingEngine {
    TrainingEngine(weights: weights, batchSize: batch, terms: terms, threads: threads)
  }

  /// Sums of weight times gradient over rows or columns of a tensor, with plain loops.
  private struct Products {
    let rows: [Double]
    let columns: [Double]

    init(_ engine: TrainingEngine, _ name: String) throws {
      let weights = try #require(engine.weights.values(of: name)).map(Double.init)
      let gradient = try #require(engine.gradientValues(of: name)).map(Double.init)
      let entry = try #require(engine.weights.table.entries.first { $0.name == name })
      let width = entry.count / entry.shape[0]
      var (rows, columns) = ([Double](repeating: 0, count: entry.shape[0]), [Double](repeating: 0, count: width))
      for index in weights.indices {
        rows[index / width] += weights[index] * gradient[index]
        columns[index % width] += weights[index] * gradient[index]
      }
      (self.rows, self.columns) = (rows, columns)
    }
  }

  @Test(arguments: [false, true])
  func `Gating a query dimension is gating its key twin, and a value dimension its projection column`(
    distilled: Bool
  ) throws {
    let weights = ModelWeights.lively(.prunable(distilled: distilled), seed: 3)
    let engine = engine(weights)
    _ = engine.computeGradient(TrainingEngine.Batch.random(weights.architecture, count: 6))
    let gates = GateSums(weights)
    gates.sum(weights.arena.vector, engine.gradientArena, on: engine)
    let layout = UnitLayout(weights.architecture)
    let size = (0..<gates.unitCount).map { abs(gates.sums[$0]) }.max() ?? 0
    for (index, block) in weights.architecture.blocks.enumerated() {
      let prefix = "blocks.\(index).attn."
      let (matrix, bias) = (try Products(engine, prefix + "qkv.weight"), try Products(engine, prefix + "qkv.bias"))
      let projection = try Products(engine, prefix + "proj.weight")
      let keys = block.heads * block.queryKey
      // Sums of some hundred float32 products: their roundoffs of 6e-8, of the largest sum's size.
      for dimension in 0..<block.queryKey {
        let query = gates.sums[layout.range(of: UnitList(.queryKey, block: index)).lowerBound + dimension]
        let key = (0..<block.heads).reduce(0) { sum, head in
          let row = keys + head * block.queryKey + dimension
          return sum + matrix.rows[row] + bias.rows[row]
        }
        #expect(abs(query - key) < 1e-5 * size)
      }
      for dimension in 0..<block.value {
        let value = gates.sums[layout.range(of: UnitList(.value, block: index)).lowerBound + dimension]
        let column = (0..<block.heads).reduce(0) { $0 + projection.columns[$1 * block.value + dimension] }
        #expect(abs(value - column) < 1e-5 * size)
      }
    }
  }

  /// The model with one unit's scored tensors multiplied by a factor, index by index from the paper's table.
  private func gated(_ weights: ModelWeights, _ list: UnitList, _ unit: Int, by factor: Float) throws -> ModelWeights {
    let architecture = weights.architecture
    let copy = ModelWeights(zeroed: architecture)
    for entry in weights.table.entries {
      copy.setValues(of: entry.name, to: try #require(weights.values(of: entry.name)))
    }
    func scale(_ name: String, rows: (Int) -> Bool = { _ in true }, columns: (Int) -> Bool = { _ in true }) throws {
      var values = try #require(copy.values(of: name))
      let entry = try #require(copy.table.entries.first { $0.name == name })
      let width = entry.count / entry.shape[0]
      for index in values.indices where rows(index / width) && columns(index % width) { values[index] *= factor }
      copy.setValues(of: name, to: values)
    }
    func scaleRows(_ layer: String, _ rows: (Int) -> Bool) throws {
      try scale(layer + ".weight", rows: rows)
      try scale(layer + ".bias", rows: rows)
    }
    guard let index = list.block else {
      try scaleRows("patch_embed.proj") { $0 == unit }
      for block in architecture.blocks.indices {
        try scale("blocks.\(block).attn.qkv.weight", columns: { $0 == unit })
        try scaleRows("blocks.\(block).attn.proj") { $0 == unit }
        try scale("blocks.\(block).mlp.fc1.weight", columns: { $0 == unit })
        try scaleRows("blocks.\(block).mlp.fc2") { $0 == unit }
      }
      return copy
    }
    let block = architecture.blocks[index]
    let keys = block.heads * block.queryKey
    switch list.kind {
    case .embedding: break
    case .heads:
      try scaleRows("blocks.\(index).attn.qkv") { row in
        row < 2 * keys ? row % keys / block.queryKey == unit : (row - 2 * keys) / block.value == unit
      }
    case .queryKey: try scaleRows("blocks.\(index).attn.qkv") { $0 < keys && $0 % block.queryKey == unit }
    case .value:
      try scaleRows("blocks.\(index).attn.qkv") { $0 >= 2 * keys && ($0 - 2 * keys) % block.value == unit }
    case .mlpHidden: try scaleRows("blocks.\(index).mlp.fc1") { $0 == unit }
    }
    return copy
  }

  @Test(arguments: UnitKind.allCases)
  func `The gate gradient equals differences of the loss`(kind: UnitKind) throws {
    let weights = ModelWeights.lively(.prunable(), seed: 5, deviation: 0.2)
    let batch = TrainingEngine.Batch.random(weights.architecture, count: 6)
    let engine = engine(weights)
    _ = engine.computeGradient(batch)
    let gates = GateSums(weights)
    gates.sum(weights.arena.vector, engine.gradientArena, on: engine)
    let layout = UnitLayout(weights.architecture)
    for list in weights.architecture.unitLists where list.kind == kind {
      let unit = weights.architecture[list] - 1
      func loss(_ factor: Float) throws -> Double {
        self.engine(try gated(weights, list, unit, by: factor)).computeGradient(batch).loss
      }
      func difference(_ step: Float) throws -> Double { try (loss(1 + step) - loss(1 - step)) / Double(2 * step) }
      // The loss is known to about 1e-6, so these differences to 5e-5; Richardson's extrapolation leaves an error of
      // the step's fourth power.
      let expected = try (4 * difference(0.02) - difference(0.04)) / 3
      #expect(abs(gates.sums[layout.range(of: list).lowerBound + unit] - expected) < 2e-4, "\(list)")
    }
  }

  @Test func `The product with the Hessian is that of a symmetric matrix, whose form is the loss's curvature`() {
    let weights = ModelWeights.lively(.prunable(), seed: 6, deviation: 0.2)
    let before = weights.bitPatterns
    let batch = TrainingEngine.Batch.random(weights.architecture, count: 6)
    let engine = engine(weights)
    let divisors = SaliencyDivisors(depth: 3)
    let saliency = HessianSaliency(weights, divisors: divisors, seed: 1)
    let units = UnitLayout(weights.architecture).unitCount
    var random = CounterRandom(seed: 1, purpose: "directions")
    func direction() -> [Double] { (0..<units).map { _ in random.gaussian() } }
    func dot(_ x: [Double], _ y: [Double]) -> Double { zip(x, y).reduce(0) { $0 + $1.0 * $1.1 } }
    let (first, second) = (direction(), direction())
    let (one, two) = (
      saliency.hessianProduct(first, engine, batch), saliency.hessianProduct(second, engine, batch)
    )
    let size = dot(one, one).squareRoot() * dot(second, second).squareRoot()
    // Central differences with a step of 0.01: float32 gradients' roundoff of 1e-5 / 0.02, and the third order.
    #expect(abs(dot(one, second) - dot(two, first)) < 3e-3 * size)
    // The same curvature along a line, from differences of the gradient's projection over a longer step.
    func slope(_ step: Double) -> Double {
      dot(saliency.gateGradient(at: first.map { 1 + step * $0 }, engine, batch), first)
    }
    let curvature = (8 * (slope(0.02) - slope(-0.02)) - (slope(0.04) - slope(-0.04))) / (12 * 0.02)
    #expect(abs(dot(one, first) / curvature - 1) < 0.02)
    #expect(weights.bitPatterns == before)
    _ = engine.computeGradient(batch)
    let gates = GateSums(weights)
    gates.sum(weights.arena.vector, engine.gradientArena, on: engine)
    let plain = saliency.gateGradient(at: Array(repeating: 1, count: units), engine, batch)
    #expect(plain == (0..<units).map { gates.sums[$0] })
  }

  @Test func `Squares are of each batch's sum over the divisor, and averaged over the interval`() {
    let weights = ModelWeights.lively(.prunable(), seed: 2)
    let engine = engine(weights)
    let divisors = SaliencyDivisors(depth: 3, changed: [.value: 5])
    #expect(divisors.values == [.embedding: 3, .heads: 12, .queryKey: 2, .value: 5, .mlpHidden: 1])
    let squared = SaliencyKind.taylor.measure(of: weights, divisors: divisors, seed: 1)
    let plain = SaliencyKind.unsquared.measure(of: weights, divisors: divisors, seed: 1)
    let gates = GateSums(weights)
    let layout = UnitLayout(weights.architecture)
    let units = layout.unitCount
    var (squares, sizes) = ([Double](repeating: 0, count: units), [Double](repeating: 0, count: units))
    for step in 0..<3 {
      let batch = TrainingEngine.Batch.random(weights.architecture, count: 6, seed: UInt64(step))
      _ = engine.computeGradient(batch)
      squared.observe(engine)
      plain.observe(engine)
      gates.sum(weights.arena.vector, engine.gradientArena, on: engine)
      for (list, range) in zip(layout.lists, layout.ranges) {
        for unit in range {
          let term = gates.sums[unit] / (divisors.values[list.kind] ?? 0)
          squares[unit] += term * term / 3
          sizes[unit] += abs(term) / 3
        }
      }
    }
    func isClose(_ x: [Double], _ y: [Double]) -> Bool { zip(x, y).allSatisfy { abs($0 - $1) <= 1e-12 * abs($1) } }
    #expect(isClose(squared.scores(engine), squares))
    #expect(isClose(plain.scores(engine), sizes))
    // The interval after begins anew.
    #expect(squared.scores(engine).allSatisfy { $0 == 0 })
  }

  /// From the definition: the mean over batches of (H z / divisor)^2, each batch with a normal z of its own.
  @Test func `The Hessian's squares are averaged over the batches of an interval`() {
    let weights = ModelWeights.lively(.prunable(), seed: 6, deviation: 0.2)
    let engine = engine(weights)
    let divisors = SaliencyDivisors(depth: 3)
    let saliency = HessianSaliency(weights, divisors: divisors, seed: 1)
    let layout = UnitLayout(weights.architecture)
    var expected = [Double](repeating: 0, count: layout.unitCount)
    for index in 0..<3 {
      let batch = TrainingEngine.Batch.random(weights.architecture, count: 6, seed: UInt64(index))
      saliency.prepare(engine, batch)
      var random = CounterRandom(seed: 1, purpose: "hessian saliency", stream: UInt64(index))
      let direction = (0..<layout.unitCount).map { _ in random.gaussian() }
      let product = saliency.hessianProduct(direction, engine, batch)
      for (list, range) in zip(layout.lists, layout.ranges) {
        for unit in range {
          let term = product[unit] / (divisors.values[list.kind] ?? 0)
          expected[unit] += term * term / 3
        }
      }
    }
    #expect(zip(saliency.scores(engine), expected).allSatisfy { abs($0 - $1) <= 1e-12 * abs($1) })
  }

  @Test(arguments: SaliencyKind.allCases)
  func `The number of threads does not change a bit`(kind: SaliencyKind) {
    let results = [1, 2].map { threads in
      let weights = ModelWeights.lively(.prunable(distilled: true), seed: 7)
      let engine = engine(weights, batch: 64, threads: threads)
      #expect(engine.threadCount == threads)
      let measure = kind.measure(of: weights, divisors: SaliencyDivisors(depth: 3), seed: 1)
      for step in 0..<2 {
        let batch = TrainingEngine.Batch.random(weights.architecture, count: 64, seed: UInt64(step))
        measure.prepare(engine, batch)
        let norm = engine.computeGradient(batch).norm
        measure.observe(engine)
        engine.applyUpdate(.init(learningRate: 1e-3), gradientNorm: norm)
      }
      return measure.scores(engine).map(\.bitPattern)
    }
    #expect(results[0] == results[1])
    #expect(Set(results[0]).count > 10)
  }

  @Test(.enabled(if: nvit_allocations_are_countable() != 0, "allocations are counted with glibc only"))
  func `Gathering saliencies allocates nothing`() {
    let weights = ModelWeights.lively(.prunable(), seed: 7)
    // With one thread all happens on this one, which is the one that is counted.
    let engine = engine(weights, threads: 1)
    let measure = TaylorSaliency(weights, divisors: SaliencyDivisors(depth: 3), isSquared: true)
    _ = engine.computeGradient(TrainingEngine.Batch.random(weights.architecture, count: 6))
    measure.observe(engine)
    let counter = UnsafeMutablePointer<Int>.allocate(capacity: 1)
    counter.initialize(to: 0)
    defer { counter.deallocate() }
    nvit_count_allocations(counter)
    for _ in 0..<3 { measure.observe(engine) }
    nvit_count_allocations(nil)
    #expect(counter.pointee == 0)
  }

  @Test func `The average is corrected for its start, and follows the units that are left`() {
    let architecture = Architecture.prunable()
    let count = UnitLayout(architecture).unitCount
    var average = SaliencyAverage(decay: 0.9, unitCount: count)
    let scores = (0..<count).map { Double($0 + 1) }
    for _ in 0..<4 {
      average.add(scores)
      // A constant is its own average from the first interval on.
      for (x, y) in zip(average.scores, scores) { #expect(abs(x / y - 1) < 1e-12) }
    }
    average.add(scores.map { 2 * $0 })
    let weight = 0.1 / (1 - 0.9 * 0.9 * 0.9 * 0.9 * 0.9)
    for (x, y) in zip(average.scores, scores) { #expect(abs(x / (y * (1 + weight)) - 1) < 1e-12) }
    let kept = KeptUnits.random(of: architecture, seed: 1)
    let small = average.keeping(kept, of: architecture)
    #expect(small.unitCount == UnitLayout(architecture.keeping(kept)).unitCount)
    #expect(Array(small.scores.prefix(kept.embedding.count)) == kept.embedding.map { average.scores[$0] })
  }
}
