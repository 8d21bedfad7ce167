package import ViTData
internal import ViTKernels

/// Fills a batch's memory on all of the engine's threads, and asks the teachers about it.
package final class BatchLoader: ParallelJob {
  private let cursor: BatchCursor
  private let images: FloatBuffer
  private let targets: FloatBuffer
  private let batchSize: Int
  private let main: TeacherReader?
  private let hard: TeacherReader?
  private let taskCount: Int

  /// - Parameters:
  ///   - teachers: Only those that the terms listen to are asked.
  ///   - terms: What the student minimises.
  ///   - threads: Of each teacher, at least 1.
  package init(_ assembler: BatchAssembler, teachers: Teachers, terms: LossTerms, threads: Int) {
    cursor = BatchCursor(assembler)
    batchSize = assembler.batchSize
    images = FloatBuffer(count: batchSize * assembler.images.imageBytes)
    targets = FloatBuffer(count: batchSize * assembler.images.classCount)
    func reader(_ teacher: Teacher?) -> TeacherReader? {
      teacher.map { TeacherReader($0, for: assembler, separatesHeads: terms.followsBothHeads, threads: threads) }
    }
    let usesHard = terms.needsClass && teachers.hard != nil
    main = terms.needsDistribution || (terms.needsClass && !usesHard) ? reader(teachers.main) : nil
    hard = usesHard ? reader(teachers.hard) : nil
    taskCount = min(batchSize, 8)
  }

  /// The batch of a step; its memory is the loader's and is reused by the next call.
  package func load(step: Int, with engine: TrainingEngine) -> TrainingEngine.Batch {
    cursor.prepare(step: step)
    engine.perform(self, count: taskCount)
    var batch = TrainingEngine.Batch(images: images.pointer, targets: targets.pointer)
    if let main {
      main.read(images.pointer, cursor)
      batch.teacher = main.logits
      batch.teacherDistillation = main.distillationLogits
    }
    if let hard {
      hard.read(images.pointer, cursor)
      batch.hardTeacher = hard.logits
    }
    return batch
  }

  package func run(task: Int, worker: Int) {
    cursor.assemble(
      rows: batchSize * task / taskCount..<batchSize * (task + 1) / taskCount, images: images.pointer,
      targets: targets.pointer)
  }
}
