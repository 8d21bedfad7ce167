internal import ViTArchitecture
package import ViTData
internal import ViTNumerics
package import ViTTraining

/// Audits saliencies on a trained model.
package struct SaliencyAuditor {
  package let groups: GroupSettings
  package let divisors: SaliencyDivisors
  package let saliencies: [SaliencyKind]
  /// Images to measure losses on.
  package let images: ImageSet
  package let normalization: Normalization
  package let threads: Int

  package init(
    groups: GroupSettings, divisors: SaliencyDivisors, saliencies: [SaliencyKind] = SaliencyKind.allCases,
    images: ImageSet, normalization: Normalization, threads: Int
  ) {
    self.groups = groups
    self.divisors = divisors
    self.saliencies = saliencies
    self.images = images
    self.normalization = normalization
    self.threads = threads
  }

  /// - Parameters:
  ///   - dense: The model; not changed.
  ///   - assembler: Makes the batches that saliencies are averaged over, of the loss that the labels give.
  ///   - batches: How many.
  ///   - progress: Called with the share done; returning false stops.
  /// - Throws: `CancellationError` when `progress` returned false, `PruningError` when a loss is not finite.
  package func audit(
    _ dense: ModelWeights, batches assembler: BatchAssembler, count batches: Int, seed: UInt64,
    progress: (Double) -> Bool = { _ in true }
  ) throws -> SaliencyAudit {
    let model = dense.withFixedAttentionScale()
    let layout = UnitLayout(model.architecture)
    let scores = try scores(of: model, assembler, batches, seed: seed) { progress(0.2 * $0) }
    let loss = Evaluation(of: model, on: images, normalization: normalization, threads: threads).loss
    let chunks = chunks(of: model.architecture)
    var audited: [SaliencyAudit.Group] = []
    for (index, chunk) in chunks.enumerated() {
      var kept = KeptUnits(allOf: model.architecture)
      kept[chunk.list].removeSubrange(chunk.units)
      let without = Evaluation(
        of: model.keeping(kept), on: images, normalization: normalization, threads: threads
      ).loss
      guard without.isFinite, loss.isFinite else {
        throw PruningError(.diverged, "the loss is \(without); the weights hold values that are no numbers")
      }
      let first = layout.range(of: chunk.list).lowerBound
      audited.append(
        SaliencyAudit.Group(
          kind: chunk.list.kind, block: chunk.list.block, units: Array(chunk.units), lossChange: without - loss,
          scores: Dictionary(
            uniqueKeysWithValues: zip(saliencies, scores).map { saliency, values in
              (saliency.rawValue, chunk.units.reduce(0) { $0 + values[first + $1] })
            })))
      guard progress(0.2 + 0.8 * Double(index + 1) / Double(chunks.count)) else { throw CancellationError() }
    }
    return SaliencyAudit(
      imageCount: images.count, batchCount: batches, loss: loss, correlations: correlations(audited, seed: seed),
      groups: audited)
  }

  /// Each saliency's score of each unit, at the model's weights.
  private func scores(
    of model: ModelWeights, _ assembler: BatchAssembler, _ batches: Int, seed: UInt64, progress: (Double) -> Bool
  ) throws -> [[Double]] {
    let share = model.architecture.hasDistillationToken ? 0.5 : 1
    let terms = LossTerms(classHead: .init(targets: share), distillationHead: .init(targets: share))
    let engine = TrainingEngine(weights: model, batchSize: assembler.batchSize, terms: terms, threads: threads)
    let loader = BatchLoader(assembler, teachers: Teachers(), terms: terms, threads: threads)
    let measures = saliencies.map { $0.measure(of: model, divisors: divisors, seed: seed) }
    for step in 0..<batches {
      let batch = loader.load(step: step, with: engine)
      for measure in measures { measure.prepare(engine, batch) }
      _ = engine.computeGradient(batch)
      for measure in measures { measure.observe(engine) }
      guard progress(Double(step + 1) / Double(batches)) else { throw CancellationError() }
    }
    return measures.map { $0.scores(engine) }
  }

  /// Each list in groups of neighbours, the same for every saliency; a list of one group has nothing to compare.
  private func chunks(of architecture: Architecture) -> [(list: UnitList, units: Range<Int>)] {
    architecture.unitLists.flatMap { list in
      let (count, size) = (architecture[list], groups.size(list.kind))
      return stride(from: 0, to: count, by: size).map { (list: list, units: $0..<min($0 + size, count)) }
        .filter { $0.units.count < count }
    }
  }

  private func correlations(_ groups: [SaliencyAudit.Group], seed: UInt64) -> [SaliencyAudit.Correlation] {
    let kinds: [UnitKind?] = [nil] + UnitKind.allCases
    return saliencies.flatMap { saliency in
      kinds.enumerated().map { index, kind in
        let chosen = kind == nil ? groups : groups.filter { $0.kind == kind }
        let pairs = chosen.map { ($0.scores[saliency.rawValue] ?? 0, $0.lossChange) }
        var random = CounterRandom(seed: seed, purpose: "audit bootstrap", stream: UInt64(index))
        let samples = (0..<1000).compactMap { _ -> Double? in
          let sample = pairs.map { _ in pairs[Int(random.uniform() * Double(pairs.count))] }
          return Statistics.spearman(sample.map(\.0), sample.map(\.1))
        }
        return SaliencyAudit.Correlation(
          saliency: saliency, kind: kind,
          spearman: Statistics.spearman(pairs.map(\.0), pairs.map(\.1)).map { Estimate($0, replicates: samples) },
          count: pairs.count)
      }
    }
  }
}
