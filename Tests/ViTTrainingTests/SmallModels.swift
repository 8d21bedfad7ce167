import ViTArchitecture
import ViTKernels
import ViTNumerics
import ViTTraining

extension Architecture {
  /// Three blocks that all differ, with widths that are no multiple of a vector: 10 or 11 tokens, 5 classes.
  static func small(distilled: Bool = false) -> Architecture {
    Architecture(
      imageSize: 12, channels: 2, patchSize: 4, classCount: 5, hasDistillationToken: distilled, embedding: 12,
      attentionScale: .fixed(0.4),
      blocks: [
        Block(heads: 2, queryKey: 3, value: 5, mlpHidden: 14), Block(heads: 1, queryKey: 7, value: 4, mlpHidden: 9),
        Block(heads: 3, queryKey: 2, value: 3, mlpHidden: 17),
      ])
  }
}

extension TrainingEngine.Batch {
  /// Random images, soft targets and teacher logits.
  static func random(_ architecture: Architecture, count: Int, seed: UInt64 = 1) -> TrainingEngine.Batch {
    let batch = TrainingEngine.Batch(of: architecture, count: count, teachers: [.main, .distillation])
    var random = CounterRandom(seed: seed, purpose: "test batch")
    func fill(_ buffer: borrowing FloatBuffer) {
      for index in 0..<buffer.count { buffer[index] = Float(random.gaussian()) }
    }
    fill(batch.images)
    fill(batch.teacher)
    fill(batch.teacherDistillation)
    let classes = architecture.classCount
    for row in 0..<count {
      let (own, other) = (Int(random.uniform() * Double(classes)), Int(random.uniform() * Double(classes)))
      batch.targets[row * classes + own] += 0.75
      batch.targets[row * classes + other] += 0.25
    }
    return batch
  }
}
