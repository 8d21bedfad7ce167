package import ViTData
internal import ViTKernels

/// Fills a batch's memory on all of the engine's threads, and asks the teacher about it.
package final class BatchLoader: ParallelJob {
  private let cursor: BatchCursor
  private let batchSize: Int
  private let images: FloatBuffer
  private let targets: FloatBuffer
  private let teacher: InferenceModel?
  private let teacherLogits: FloatBuffer
  private let taskCount: Int

  package init(_ assembler: BatchAssembler, teacher: ModelWeights?, threads: Int) {
    cursor = BatchCursor(assembler)
    batchSize = assembler.batchSize
    images = FloatBuffer(count: batchSize * assembler.images.imageBytes)
    targets = FloatBuffer(count: batchSize * assembler.images.classCount)
    teacherLogits = FloatBuffer(count: teacher == nil ? 0 : targets.count)
    self.teacher = teacher.map { InferenceModel(weights: $0, batchSize: assembler.batchSize, threads: threads) }
    taskCount = min(batchSize, 8)
  }

  /// The batch of a step; its memory is the loader's and is reused by the next call.
  package func load(step: Int, with engine: TrainingEngine) -> TrainingEngine.Batch {
    cursor.prepare(step: step)
    engine.perform(self, count: taskCount)
    var batch = TrainingEngine.Batch(images: images.pointer, targets: targets.pointer)
    if let teacher {
      teacher.logits(of: images.pointer, count: batchSize, into: teacherLogits.pointer)
      batch.teacher = UnsafePointer(teacherLogits.pointer)
    }
    return batch
  }

  package func run(task: Int, worker: Int) {
    cursor.assemble(
      rows: batchSize * task / taskCount..<batchSize * (task + 1) / taskCount, images: images.pointer,
      targets: targets.pointer)
  }
}
