internal import Synchronization
package import ViTArchitecture
internal import ViTNumerics

/// A machine that keeps its own time: running a model moves its clock by what the model would take.
///
/// Its cost formulas are not those of the latency model: matrix products go by whole tiles of 12 x 32 with a fixed cost
/// for each tile, large matrices run slower, heads have start-up costs, and timings are noisy, skewed to the slow side.
package final class SyntheticMachine: Sendable {
  private struct State {
    var seconds = 0.0
    var random: CounterRandom
    var runs: [String] = []
    var waitingSeconds = 0.0
  }
  private let state: Mutex<State>
  package let noise: Double
  /// Slowdown for each second that passes; drift that hits all models.
  package let drift: Double
  package let batchSize: Int
  /// Share of runs that another program interrupts, which makes them three times as long.
  package let contention: Double
  /// How much slower than by its dimensions a network may be, for reasons of its own.
  package let unevenness: Double

  package init(
    noise: Double = 0.01, drift: Double = 0, contention: Double = 0, unevenness: Double = 0, batchSize: Int = 64,
    seed: UInt64 = 1
  ) {
    state = Mutex(State(random: CounterRandom(seed: seed, purpose: "test.machine")))
    self.noise = noise
    self.drift = drift
    self.contention = contention
    self.unevenness = unevenness
    self.batchSize = batchSize
  }

  package var now: Double { state.withLock { $0.seconds } }
  /// Time that models have waited for a processor.
  package var waitingSeconds: Double { state.withLock { $0.waitingSeconds } }
  /// The models run so far, by digest.
  package var runs: [String] { state.withLock { $0.runs } }

  /// Time passes in which no model runs.
  package func pass(seconds: Double) { state.withLock { $0.seconds += seconds } }

  /// Runs a model once.
  ///
  /// - Parameter seconds: What it takes without noise.
  package func run(seconds: Double, digest: String) {
    state.withLock { state in
      let gaussian = state.random.gaussian()
      let spike = state.random.uniform() < 0.02 ? 0.5 : 0
      let isInterrupted = state.random.uniform() < contention
      let slowdown = 1 + drift * state.seconds
      let elapsed = seconds * slowdown * (1 + noise * (abs(gaussian) + spike / 0.01))
      state.seconds += isInterrupted ? 3 * elapsed : elapsed
      state.waitingSeconds += isInterrupted ? 2 * elapsed : 0
      state.runs.append(digest)
    }
  }

  /// The noiseless time of one batch.
  package func seconds(_ architecture: Architecture) -> Double {
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
    guard unevenness > 0 else { return sum }
    // A share that the digest decides on.
    let share = architecture.digest.utf8.prefix(8).reduce(0.0) {
      ($0 * 31 + Double($1)).truncatingRemainder(dividingBy: 97)
    }
    return sum * (1 + unevenness * share / 97)
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
