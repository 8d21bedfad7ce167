package import ViTArchitecture
package import ViTKernels
internal import ViTNumerics

/// A model for inference: weights packed once, one block's activations reused for all.
///
/// Threads take whole shards of images where there are enough of them; a batch of fewer shards than threads is done by
/// all threads together, each with its share of the rows. Logits are the same, bit for bit.
///
/// Not safe to use from several threads at once; it spreads a batch over its own threads itself.
package final class InferenceModel {
  package let architecture: Architecture
  package let batchSize: Int
  package let threadCount: Int

  private let plan: NetworkPlan
  private let kernels = KernelSet.current
  private let weights: ModelWeights
  private let packed: PackedWeights
  private let sharding: Sharding
  /// Where threads that do one pass together wait for each other; nil where each has its own shards.
  private let barrier: Barrier?
  private let pool: WorkerPool
  private let workspaces: [Arena<Workspace>]
  // The batch in progress.
  private var input: Vector?
  private var imageCount = 0
  private var output: Matrix?
  private var distillationOutput: Matrix?
  /// Input of `runBatch`; empty for models with real weights.
  private let randomImages: FloatBuffer

  /// - Parameters:
  ///   - weights: Packed now; later changes are not seen.
  ///   - batchSize: Largest number of images in a batch.
  ///   - threads: At least 1.
  ///   - worthwhile: Multiply-accumulates for each of the threads that share images; with less, fewer share them.
  package convenience init(
    weights: ModelWeights, batchSize: Int, threads: Int, worthwhile: Double = Sharding.worthwhile
  ) {
    self.init(
      weights: weights, batchSize: batchSize, threads: threads, worthwhile: worthwhile,
      randomImages: FloatBuffer(count: 0))
  }

  private init(
    weights: ModelWeights, batchSize: Int, threads: Int, worthwhile: Double, randomImages: consuming FloatBuffer
  ) {
    self.randomImages = randomImages
    self.weights = weights
    architecture = weights.architecture
    self.batchSize = batchSize
    plan = NetworkPlan(architecture, table: weights.table)
    sharding = Sharding(architecture, batch: batchSize, parameterFloats: 0)
    let together = sharding.togetherThreads(architecture, threads: threads, least: worthwhile)
    threadCount = together ?? max(1, min(threads, sharding.count))
    barrier = together.map { Barrier(count: $0) }
    pool = WorkerPool(threadCount: threadCount)
    packed = PackedWeights(plan)
    for linear in plan.linears { packed.pack(kernels, linear, weights: weights.arena.vector, forTraining: false) }
    let plan = plan
    if let together {
      workspaces = [Workspace.arena(plan, images: batchSize, forTraining: false, workers: together)]
    } else {
      let images = sharding.capacity
      workspaces = (0..<threadCount).map { _ in Workspace.arena(plan, images: images, forTraining: false) }
    }
  }

  deinit { pool.stop() }

  /// A model with random weights, to measure its speed with `runBatch`.
  ///
  /// - Throws: `ArchitectureError` if the architecture is not valid.
  package convenience init(
    architecture: Architecture, batchSize: Int, threads: Int, seed: UInt64, worthwhile: Double = Sharding.worthwhile
  ) throws(ArchitectureError) {
    try architecture.validate()
    var random = CounterRandom(seed: seed, purpose: "images")
    let count = batchSize * architecture.channels * architecture.imageSize * architecture.imageSize
    let images = FloatBuffer((0..<count).map { _ in Float(random.uniform() - 0.5) })
    self.init(
      weights: ModelWeights(architecture, seed: seed), batchSize: batchSize, threads: threads, worthwhile: worthwhile,
      randomImages: images)
  }

  /// One forward pass of one batch of random images. Allocates nothing.
  ///
  /// Only for models made by `init(architecture:batchSize:threads:seed:)`; otherwise it does nothing.
  package func runBatch() {
    guard !randomImages.isEmpty else { return }
    run(randomImages.vector, count: batchSize, into: nil, nil)
  }

  /// Runs another job on the model's threads, between batches.
  package func perform(_ job: any ParallelJob, count: Int) { pool.perform(job, count: count) }

  /// Logits of up to `batchSize` images.
  ///
  /// - Parameters:
  ///   - images: Begins with (count, channels, size, size), normalised.
  ///   - logits: Its beginning, (count, classes), receives the class head's logits, or the mean of both heads' where
  ///     there are two, as DeiT does at inference.
  package func logits(of images: borrowing FloatBuffer, count: Int, into logits: borrowing FloatBuffer) {
    run(images.vector, count: count, into: rows(logits, count), nil)
  }

  /// The same for a model with two heads, whose logits come apart.
  package func logits(
    of images: borrowing FloatBuffer, count: Int, into logits: borrowing FloatBuffer,
    distillationLogits: borrowing FloatBuffer
  ) {
    run(images.vector, count: count, into: rows(logits, count), rows(distillationLogits, count))
  }

  private func rows(_ logits: borrowing FloatBuffer, _ count: Int) -> Matrix {
    logits[0..<count * architecture.classCount].matrix(rows: count, columns: architecture.classCount)
  }

  private func run(_ images: Vector, count: Int, into logits: Matrix?, _ distillationLogits: Matrix?) {
    precondition((0...batchSize).contains(count), "a batch holds at most \(batchSize) images")
    input = images[0..<count * imageFloats]
    imageCount = count
    output = logits
    distillationOutput = distillationLogits
    pool.perform(self, count: barrier == nil ? sharding.count : threadCount)
    (input, output, distillationOutput) = (nil, nil, nil)
  }

  private var imageFloats: Int { architecture.channels * architecture.imageSize * architecture.imageSize }
}

extension InferenceModel: ParallelJob {
  package func run(task: Int, worker: Int) {
    guard let input, imageCount > 0 else { return }
    let pass = ForwardPass(plan: plan, kernels: kernels, packed: packed.memory, weights: weights.arena.vector)
    guard let barrier else {
      let images = sharding.images(task).clamped(to: 0..<imageCount)
      guard !images.isEmpty else { return }
      let workspace = workspaces[worker].places
      pass.run(
        images: input[images.lowerBound * imageFloats..<images.upperBound * imageFloats], count: images.count,
        workspace: workspace, branchScales: nil, keepDerivatives: false)
      write(workspace, rows: 0..<images.count, to: images)
      return
    }
    // As many tasks as threads, and each ends only when all have begun: every thread has one of them.
    func part(of count: Int) -> Range<Int> { count * task / threadCount..<count * (task + 1) / threadCount }
    let workspace = workspaces[0].places
    let share = ForwardPass.Share(
      rows: part(of: imageCount * plan.tokens), images: part(of: imageCount),
      attentionScratch: workspace.attentionScratch[task], barrier: barrier)
    pass.run(share, images: input, workspace: workspace, branchScales: nil, keepDerivatives: false)
    write(workspace, rows: share.images, to: share.images)
  }

  /// Copies logits from the workspace to where they are wanted.
  private func write(_ workspace: Workspace, rows: Range<Int>, to images: Range<Int>) {
    guard let output = output?.rows(images) else { return }
    output.copy(from: workspace.logits[0].rows(rows))
    guard workspace.logits.count > 1 else { return }
    let second = workspace.logits[1].rows(rows)
    if let distillationOutput {
      distillationOutput.rows(images).copy(from: second)
    } else {
      ArrayOperations.average(output, with: second)
    }
  }
}
