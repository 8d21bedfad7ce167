import ViTArchitecture
import ViTData
import ViTKernels
import ViTNumerics
import ViTPruning
import ViTTraining

extension Architecture {
  /// Three blocks that all differ: 10 or 11 tokens, 5 classes.
  static func prunable(distilled: Bool = false) -> Architecture {
    Architecture(
      imageSize: 12, channels: 2, patchSize: 4, classCount: 5, hasDistillationToken: distilled, embedding: 14,
      attentionScale: .fixed(0.4),
      blocks: [
        Block(heads: 2, queryKey: 4, value: 5, mlpHidden: 14), Block(heads: 4, queryKey: 7, value: 4, mlpHidden: 9),
        Block(heads: 3, queryKey: 3, value: 3, mlpHidden: 17),
      ])
  }
}

extension TrainingEngine.Batch {
  /// Random images, targets and teacher logits.
  static func random(_ architecture: Architecture, count: Int, seed: UInt64 = 1) -> TrainingEngine.Batch {
    let batch = TrainingEngine.Batch(of: architecture, count: count, teachers: .main)
    var random = CounterRandom(seed: seed, purpose: "test batch")
    func fill(_ buffer: borrowing FloatBuffer) {
      for index in 0..<buffer.count { buffer[index] = Float(random.gaussian()) }
    }
    fill(batch.images)
    fill(batch.teacher)
    let classes = architecture.classCount
    for row in 0..<count { batch.targets[row * classes + Int(random.uniform() * Double(classes))] = 1 }
    return batch
  }
}

extension KeptUnits {
  /// A random part of each list that `isCut` names, at least one unit; all of the others.
  static func random(
    of architecture: Architecture, seed: UInt64, where isCut: (UnitList) -> Bool = { _ in true }
  ) -> KeptUnits {
    var random = CounterRandom(seed: seed, purpose: "kept units")
    var kept = KeptUnits(allOf: architecture)
    for list in architecture.unitLists where isCut(list) {
      let all = kept[list]
      let left = all.filter { _ in random.uniform() < 0.6 }
      kept[list] = left.isEmpty ? [all[Int(random.uniform() * Double(all.count))]] : left
    }
    return kept
  }
}
