internal import ViTKernels

/// `MultiplyAddPeak` on one core or on all threads of a pool at once.
///
/// A peak is what the machine can do when nothing else gets in the way, so a sample is the best of several short
/// pieces: another process that takes the core for a while does not lower it.
final class PeakLoop: ParallelJob {
  private static let repetitions = 50_000
  private static let pieces = 5
  /// Floats of a worker's sink.
  private static let width = 64

  private let kernels = KernelSet.current
  private let pool: WorkerPool?
  /// One vector for each worker.
  private let sinks: FloatBuffer
  private var count = 0

  private init(_ pool: WorkerPool?) {
    self.pool = pool
    sinks = FloatBuffer(count: PeakLoop.width * (pool?.threadCount ?? 1))
  }

  /// The loop on the caller's thread, or on every thread of `pool`; its rate is in floating-point operations.
  static func contestant(_ pool: WorkerPool?) -> Contestant {
    let loop = PeakLoop(pool)
    let flops = MultiplyAddPeak.run(loop.kernels, repetitions: repetitions, sink: loop.sinks[0..<width])
    return Contestant(work: Double(flops * (pool?.threadCount ?? 1))) { count in
      loop.count = count
      return (0..<pieces).reduce(Double.infinity) { best, _ in min(best, Contestant.seconds { loop.runOnce() }) }
    }
  }

  private func runOnce() {
    if let pool { pool.perform(self, count: pool.threadCount) } else { run(task: 0, worker: 0) }
  }

  func run(task: Int, worker: Int) {
    _ = MultiplyAddPeak.run(
      kernels, repetitions: count * PeakLoop.repetitions,
      sink: sinks[worker * PeakLoop.width..<(worker + 1) * PeakLoop.width])
  }
}
