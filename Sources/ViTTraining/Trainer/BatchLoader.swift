package import ViTData
internal import ViTKernels

/// Fills a batch's memory on all of the engine's threads, and asks the teachers about it.
package final class BatchLoader: ParallelJob {
  private let cursor: BatchCursor
  private let batch: TrainingEngine.Batch
  private let main: TeacherReader?
  private let hard: TeacherReader?
  private let taskCount: Int

  /// - Parameters:
  ///   - teachers: Only those that the terms listen to are asked.
  ///   - terms: What the student minimises.
  ///   - threads: Of each teacher, at least 1.
  package init(_ assembler: BatchAssembler, teachers: Teachers, terms: LossTerms, threads: Int) {
    cursor = BatchCursor(assembler)
    func reader(_ teacher: Teacher?) -> TeacherReader? {
      teacher.map { TeacherReader($0, for: assembler, separatesHeads: terms.followsBothHeads, threads: threads) }
    }
    let usesHard = terms.needsClass && teachers.hard != nil
    main = terms.needsDistribution || (terms.needsClass && !usesHard) ? reader(teachers.main) : nil
    hard = usesHard ? reader(teachers.hard) : nil
    var rooms: TrainingEngine.Batch.Teachers = []
    if main != nil { rooms.insert(.main) }
    if let main, !main.distillationLogits.isEmpty { rooms.insert(.distillation) }
    if hard != nil { rooms.insert(.hard) }
    batch = TrainingEngine.Batch(
      count: assembler.batchSize, imageFloats: assembler.images.imageBytes, classes: assembler.images.classCount,
      teachers: rooms)
    taskCount = min(assembler.batchSize, 8)
  }

  /// The batch of a step; it is the loader's and is filled anew by the next call.
  package func load(step: Int, with engine: TrainingEngine) -> TrainingEngine.Batch {
    cursor.prepare(step: step)
    engine.perform(self, count: taskCount)
    if let main {
      main.read(batch.images, cursor)
      batch.teacher.vector.copy(from: main.logits.vector)
      batch.teacherDistillation.vector.copy(from: main.distillationLogits.vector)
    }
    if let hard {
      hard.read(batch.images, cursor)
      batch.hardTeacher.vector.copy(from: hard.logits.vector)
    }
    return batch
  }

  package func run(task: Int, worker: Int) {
    let rows = batch.count * task / taskCount..<batch.count * (task + 1) / taskCount
    batch.images(rows).withMutableSpan { images in
      batch.targets[rows.lowerBound * batch.classes..<rows.upperBound * batch.classes].withMutableSpan { targets in
        cursor.assemble(rows: rows, images: &images, targets: &targets)
      }
    }
  }
}
