internal import ViTArchitecture
internal import ViTKernels
internal import ViTTraining

/// Measures what this machine gives: the peak of its cores, the engine's operations, training steps and inference.
///
/// Everything is measured in turns. Blocks the caller's thread.
package struct EngineBenchmark {
  package enum Part: String, CaseIterable, Sendable { case operations, training, inference }

  package var parts = Set(Part.allCases)
  package var models = BenchmarkModel.all
  package var threads: Int
  package var seconds: Double
  /// Widths that the operations are measured at.
  package var embeddings = [64, 128, 192]

  package init(threads: Int, seconds: Double) {
    self.threads = threads
    self.seconds = seconds
  }

  /// - Parameter progress: Called between measurements with the share of the time that is spent.
  /// - Throws: `CancellationError` when `progress` returns false; `ArchitectureError` for a model that is not valid.
  package func run(progress: (Double) -> Bool) throws -> EngineReport {
    let start = ContinuousClock.now
    let pool = WorkerPool(threadCount: threads)
    defer { pool.stop() }
    let operations = parts.contains(.operations) ? embeddings.map(OperationBench.init) : []
    let timed = try timedModels()
    var contestants = [PeakLoop.contestant(nil), PeakLoop.contestant(pool)]
    for bench in operations {
      for operation in BenchmarkOperation.allCases {
        contestants.append(
          Contestant(work: bench.work(of: operation)) { count in
            Contestant.seconds { for _ in 0..<count { bench.run(operation) } }
          })
      }
    }
    for (_, model) in timed { contestants.append(Contestant(work: Double(model.batchSize), run: model.run)) }

    let rates = try InterleavedRounds(seconds: seconds).measure(contestants, progress: progress)
    guard let oneCore = RateSummary(rates[0]), let all = RateSummary(rates[1]) else { throw CancellationError() }
    var report = EngineReport(
      kernels: KernelSet.current.name, threads: threads, seconds: 0,
      peak: .init(oneCore: oneCore.scaled(by: 1e-9), allThreads: all.scaled(by: 1e-9)))
    var next = rates.dropFirst(2)
    for bench in operations {
      for operation in BenchmarkOperation.allCases {
        guard let found = next.popFirst(), let rate = RateSummary(found) else { continue }
        report.operations.append(
          .init(
            operation: operation, embedding: bench.embedding, unit: operation.unit, rate: rate.scaled(by: 1e-9),
            shareOfPeak: operation.unit == .gigaflops ? share(found, of: rates[0]) : nil))
      }
    }
    for (name, model) in timed {
      guard let found = next.popFirst(), let images = RateSummary(found) else { continue }
      let flops = FlopCount(model.architecture, mode: model.mode)
      guard let share = share(found.map { $0 * flops.performed }, of: rates[1]) else { continue }
      let entry = EngineReport.Model(
        model: name, batchSize: model.batchSize, imagesPerSecond: images,
        nominalRate: images.scaled(by: 1e-9 * flops.nominal), performedRate: images.scaled(by: 1e-9 * flops.performed),
        shareOfPeak: share)
      if model.mode == .training { report.training.append(entry) } else { report.inference.append(entry) }
    }
    report.seconds = (ContinuousClock.now - start) / .seconds(1)
    return report
  }

  private func timedModels() throws(ArchitectureError) -> [(name: String, model: TimedModel)] {
    var timed: [(name: String, model: TimedModel)] = []
    for (part, mode) in [(Part.training, TimedModel.Mode.training), (.inference, .inference)] where parts.contains(part)
    {
      for model in models {
        try model.architecture.validate()
        let weights = ModelWeights(model.architecture, seed: 0)
        timed.append(
          (model.name, TimedModel(weights: weights, batchSize: model.batchSize, threads: threads, mode: mode)))
      }
    }
    return timed
  }

  /// Rates as shares of the peak that was measured in the same round.
  private func share(_ rates: [Double], of peaks: [Double]) -> RateSummary? {
    RateSummary(zip(rates, peaks).map { $0 / $1 })
  }
}
