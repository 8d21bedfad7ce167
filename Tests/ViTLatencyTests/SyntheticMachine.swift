import Synchronization
import ViTArchitecture
import ViTLatency
import ViTNumerics
import ViTSearch

/// A machine that keeps its own time: running a model moves its clock by what the model would take.
///
/// Its cost formulas are not those of the latency model: matrix products go by whole tiles of 12 x 32 with a fixed cost
/// for each tile, large matrices run slower, heads have start-up costs, and timings are noisy, skewed to the slow side.
final class SyntheticMachine: Sendable {
  private struct State {
    var seconds = 0.0
    var random: CounterRandom
    var runs: [String] = []
    var processorSeconds = 0.0
  }
  private let state: Mutex<State>
  let noise: Double
  /// Slowdown for each second that passes; drift that hits all models.
  let drift: Double
  let batchSize: Int
  /// Share of runs that another program interrupts, which makes them three times as long.
  let contention: Double

  init(noise: Double = 0.01, drift: Double = 0, contention: Double = 0, batchSize: Int = 64, seed: UInt64 = 1) {
    state = Mutex(State(random: CounterRandom(seed: seed, purpose: "test.machine")))
    self.noise = noise
    self.drift = drift
    self.contention = contention
    self.batchSize = batchSize
  }

  var now: Double { state.withLock { $0.seconds } }
  /// The models run so far, by digest.
  var runs: [String] { state.withLock { $0.runs } }

  func meter(settings: MeasurementSettings = .init(), threads: Int = 2) -> DeviceLatencyMeter {
    DeviceLatencyMeter(
      conditions: LatencyConditions(
        device: "synthetic", engine: "test/1", batchSize: batchSize, threads: threads, precision: "float32", date: ""),
      settings: settings,
      builder: ModelBuilder { [self] architecture, _, _ in
        // Building takes time too: 20 ns for each parameter.
        state.withLock { $0.seconds += 2e-8 * Double(architecture.parameterCount) }
        return Model(machine: self, seconds: seconds(architecture), digest: architecture.digest)
      },
      clock: MeasurementClock(
        seconds: { [self] in now }, processorSeconds: { [self] in state.withLock { $0.processorSeconds } }))
  }

  private struct Model: MeasurableModel {
    let machine: SyntheticMachine
    let seconds: Double
    let digest: String

    func runBatch() {
      machine.state.withLock { state in
        let gaussian = state.random.gaussian()
        let spike = state.random.uniform() < 0.02 ? 0.5 : 0
        let isInterrupted = state.random.uniform() < machine.contention
        let slowdown = 1 + machine.drift * state.seconds
        let elapsed = seconds * slowdown * (1 + machine.noise * (abs(gaussian) + spike / 0.01))
        state.seconds += isInterrupted ? 3 * elapsed : elapsed
        state.processorSeconds += elapsed
        state.runs.append(digest)
      }
    }
  }

  /// The noiseless time of one batch.
  func seconds(_ architecture: Architecture) -> Double {
    let images = Double(batchSize)
    let tokens = architecture.tokenCount
    let embedding = architecture.embedding
    var sum = 2e-5 + images * gemm(architecture.patchCount, architecture.patchValues, embedding)
    for (index, block) in architecture.blocks.enumerated() {
      let rows = index == architecture.depth - 1 ? architecture.prefixTokenCount : tokens
      let keys = block.heads * block.queryKey
      let values = block.heads * block.value
      var perImage = gemm(tokens, embedding, rows == tokens ? 2 * keys + values : keys + values)
      if rows != tokens { perImage += gemm(rows, embedding, keys) }
      let head = gemm(rows, block.queryKey, tokens) + gemm(rows, tokens, block.value)
      perImage += Double(block.heads) * (head + 2e-7 + 4e-10 * Double(rows * tokens))
      perImage += gemm(rows, values, embedding)
      perImage += gemm(rows, embedding, block.mlpHidden) + gemm(rows, block.mlpHidden, embedding)
      perImage += 1.5e-9 * Double(rows * block.mlpHidden) + 3e-10 * Double((tokens + rows) * embedding)
      sum += 8e-6 + images * perImage
    }
    return sum
  }

  /// Seconds for (rows x inner) times (inner x columns).
  private func gemm(_ rows: Int, _ inner: Int, _ columns: Int) -> Double {
    // Rows of the whole batch are tiled together, so a fraction of a tile counts as a fraction.
    let tiles = Double(rows) / 12 * Double((columns + 31) / 32)
    let beyond = Double(inner * columns) / Double(1 << 17)
    let slowdown = 1 + 0.15 * beyond / (1 + beyond)
    return tiles * (12 * 32 * Double(inner) * 2.5e-11 * slowdown + 1.2e-8)
  }
}

/// A space like the quickstart's, with the blocks of a member differing by depth.
enum SyntheticSpace {
  static func architecture(_ point: [Double], image: Int = 28, patch: Int = 7) -> Architecture {
    func pick(_ u: Double, _ range: ClosedRange<Double>, _ multiple: Int) -> Int {
      max(multiple, Int((range.lowerBound + u * (range.upperBound - range.lowerBound)) / Double(multiple)) * multiple)
    }
    let embedding = pick(point[0], 32...192.01, 8)
    let depth = 6 + Int(point[1] * 6.99)
    let blocks = (0..<depth).map { index in
      let middle = index > depth / 4 && index < depth * 3 / 4 ? 1 + point[6] : 1
      return Architecture.Block(
        heads: pick(point[2], 1...6.01, 1) * (middle > 1.5 ? 2 : 1), queryKey: pick(point[3], 8...64.01, 8),
        value: pick(point[4], 8...64.01, 8),
        mlpHidden: min(1024, pick(middle * (0.5 + 3.5 * point[5]) * Double(embedding) / 1024, 0...1024, 16)))
    }
    return Architecture(
      imageSize: image, channels: 1, patchSize: patch, classCount: 10, embedding: embedding, blocks: blocks)
  }

  static let baselines = [32, 64, 128].map { embedding in
    Architecture(
      imageSize: 28, channels: 1, patchSize: 7, classCount: 10, embedding: embedding,
      blocks: Array(
        repeating: .init(heads: embedding / 16, queryKey: 16, value: 16, mlpHidden: 4 * embedding), count: 12))
  }

  static func members(draws: Int = 1000) throws -> SpaceMembers {
    try SpaceMembers(axes: 7, constraints: [], baselines: baselines, draws: draws) { point in architecture(point) }
  }
}
