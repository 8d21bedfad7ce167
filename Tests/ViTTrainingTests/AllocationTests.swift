import CAllocationCounter
import Synchronization
import Testing
import TrainingTestSupport
import ViTArchitecture
import ViTData
import ViTKernels
import ViTTraining

/// Counts only what the test's own thread and its engine's threads allocate, so tests beside it do not disturb it.
@Suite(.enabled(if: nvit_allocations_are_countable() != 0, "allocations are counted with glibc only"))
struct `Steps without allocations` {
  /// Sets where each thread of a pool counts: tasks wait for each other, so that every thread takes exactly one.
  private final class Marking: ParallelJob {
    private let counter: UnsafeMutablePointer<Int>?
    private let count: Int
    private let arrived = Atomic<Int>(0)

    init(_ counter: UnsafeMutablePointer<Int>?, count: Int) {
      self.counter = counter
      self.count = count
    }

    func run(task: Int, worker: Int) {
      nvit_count_allocations(counter)
      arrived.add(1, ordering: .acquiringAndReleasing)
      while arrived.load(ordering: .acquiring) < count {}
    }
  }

  /// Allocations that `body` makes on the threads that `perform` runs jobs on.
  private func allocations(threads: Int, on perform: (any ParallelJob, Int) -> Void, in body: () -> Void) -> Int {
    let counter = UnsafeMutablePointer<Int>.allocate(capacity: 1)
    counter.initialize(to: 0)
    defer { counter.deallocate() }
    let start = Marking(counter, count: threads)
    let end = Marking(nil, count: threads)
    perform(start, threads)
    body()
    perform(end, threads)
    return counter.pointee
  }

  @Test(arguments: [1, 2])
  func `The counter sees what every thread of an engine allocates`(threads: Int) {
    final class Allocating: ParallelJob {
      let arrived = Atomic<Int>(0)
      let count: Int
      init(count: Int) { self.count = count }
      func run(task: Int, worker: Int) {
        let memory = UnsafeMutableRawPointer.allocate(byteCount: 100 + task, alignment: task == 0 ? 1 : 64)
        memory.storeBytes(of: 1, as: UInt8.self)
        arrived.add(1, ordering: .acquiringAndReleasing)
        while arrived.load(ordering: .acquiring) < count {}
        memory.deallocate()
      }
    }
    let pool = WorkerPool(threadCount: threads)
    defer { pool.stop() }
    let job = Allocating(count: threads)
    let found = allocations(threads: threads, on: pool.perform) { pool.perform(job, count: threads) }
    #expect(found == threads)
    #expect(allocations(threads: threads, on: pool.perform) {} == 0)
  }

  @Test(arguments: [1, 2], [false, true])
  func `Training, with stochastic depth, moving average, clipping and a mask`(threads: Int, distilled: Bool) {
    let architecture = Architecture.small(distilled: distilled)
    var mask = WeightMask(architecture)
    for index in 0..<100 { mask.drop(2 * index) }
    let batch = TrainingEngine.Batch.random(architecture, count: 64)
    let engine = TrainingEngine(
      weights: ModelWeights(architecture, seed: 1), batchSize: 64, terms: .fullModel(temperature: 2),
      threads: threads, options: .init(dropPath: 0.2, emaDecay: 0.9, seed: 1, mask: distilled ? mask : nil))
    #expect(engine.threadCount == threads)
    var update = TrainingEngine.Update(learningRate: 1e-3)
    update.gradientClip = 1
    update.weightDecay = 0.05
    let memory = batch
    _ = engine.step(memory, update)
    let found = allocations(threads: threads, on: engine.perform) {
      for _ in 0..<3 { _ = engine.step(memory, update) }
    }
    #expect(found == 0)
    #expect(engine.stepCount == 4)
  }

  @Test(arguments: [1, 2], [false, true])
  func `Training from a data set, with augmentation and teachers`(threads: Int, fromLogits: Bool) {
    let architecture = Architecture.small()
    let images = ImageSet.striped(count: 640, channels: 2, imageSize: 12, classCount: 5)
    var augmentation = TrainingRecipe.Augmentation()
    augmentation.cropPadding = 2
    augmentation.horizontalFlip = 0.5
    augmentation.mixup = fromLogits ? 0 : 0.8
    augmentation.cutmix = fromLogits ? 0 : 1
    augmentation.randomErasing = 0.25
    let assembler = BatchAssembler(
      images: images, normalization: Normalization(of: images), augmentation: augmentation, labelSmoothing: 0.1,
      batchSize: 64, seed: 1)
    let terms = LossTerms(hardWeight: 0.5, fullModelWeight: 1, temperature: 2, hasDistillationToken: false)
    let engine = TrainingEngine(
      weights: ModelWeights(architecture, seed: 1), batchSize: 64, terms: terms, threads: threads)
    let teacher = ModelWeights(architecture, seed: 2)
    let logits = TeacherLogits(of: teacher, on: images, normalization: assembler.normalization, threads: 1)
    // The teachers have threads of their own; with one, they work on the caller's.
    let loader = BatchLoader(
      assembler,
      teachers: Teachers(
        fromLogits ? .logits(logits) : Teacher(teacher), hard: Teacher(ModelWeights(architecture, seed: 3))),
      terms: terms, threads: 1)
    let update = TrainingEngine.Update(learningRate: 1e-3)
    _ = engine.step(loader.load(step: 0, with: engine), update)
    let found = allocations(threads: threads, on: engine.perform) {
      for step in 1..<5 { _ = engine.step(loader.load(step: step, with: engine), update) }
    }
    #expect(found == 0)
  }

  @Test(arguments: [2, 3], [false, true])
  func `Inference of one image whose rows threads share`(threads: Int, distilled: Bool) throws {
    let model = try InferenceModel(
      architecture: .small(distilled: distilled), batchSize: 1, threads: threads, seed: 1, worthwhile: 0)
    #expect(model.threadCount == threads)
    model.runBatch()
    let found = allocations(threads: threads, on: model.perform) {
      for _ in 0..<20 { model.runBatch() }
    }
    #expect(found == 0)
  }

  @Test(arguments: [1, 2], [false, true])
  func `Inference of a batch`(threads: Int, distilled: Bool) throws {
    let model = try InferenceModel(
      architecture: .small(distilled: distilled), batchSize: 64, threads: threads, seed: 1)
    #expect(model.threadCount == threads)
    model.runBatch()
    let found = allocations(threads: threads, on: model.perform) {
      for _ in 0..<3 { model.runBatch() }
    }
    #expect(found == 0)
  }
}
