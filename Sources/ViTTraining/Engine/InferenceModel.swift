package import ViTArchitecture
package import ViTKernels
internal import ViTNumerics

/// A model for inference: weights packed once, one block's activations reused for all.
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
  package convenience init(weights: ModelWeights, batchSize: Int, threads: Int) {
    self.init(weights: weights, batchSize: batchSize, threads: threads, randomImages: FloatBuffer(count: 0))
  }

  private init(weights: ModelWeights, batchSize: Int, threads: Int, randomImages: consuming FloatBuffer) {
    self.randomImages = randomImages
    self.weights = weights
    architecture = weights.architecture
    self.batchSize = batchSize
    plan = NetworkPlan(architecture, table: weights.table)
    sharding = Sharding(architecture, batch: batchSize, parameterFloats: 0)
    threadCount = max(1, min(threads, sharding.count))
    pool = WorkerPool(threadCount: threadCount)
    packed = PackedWeights(plan)
    for linear in plan.linears { packed.pack(kernels, linear, weights: weights.arena.vector, forTraining: false) }
    let images = sharding.capacity
    let plan = plan
    workspaces = (0..<threadCount).map { _ in Workspace.arena(plan, images: images, forTraining: false) }
  }

  deinit { pool.stop() }

  /// A model with random weights, to measure its speed with `runBatch`.
  ///
  /// - Throws: `ArchitectureError` if the architecture is not valid.
  package convenience init(
    architecture: Architecture, batchSize: Int, threads: Int, seed: UInt64
  ) throws(ArchitectureError) {
    try architecture.validate()
    var random = CounterRandom(seed: seed, purpose: "images")
    let count = batchSize * architecture.channels * architecture.imageSize * architecture.imageSize
    let images = FloatBuffer((0..<count).map { _ in Float(random.uniform() - 0.5) })
    self.init(
      weights: ModelWeights(architecture, seed: seed), batchSize: batchSize, threads: threads, randomImages: images)
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
    pool.perform(self, count: sharding.count)
    (input, output, distillationOutput) = (nil, nil, nil)
  }

  private var imageFloats: Int { architecture.channels * architecture.imageSize * architecture.imageSize }
}

extension InferenceModel: ParallelJob {
  package func run(task: Int, worker: Int) {
    guard let input else { return }
    let images = sharding.images(task).clamped(to: 0..<imageCount)
    guard !images.isEmpty else { return }
    let workspace = workspaces[worker].places
    ForwardPass(plan: plan, kernels: kernels, packed: packed.memory, weights: weights.arena.vector).run(
      images: input[images.lowerBound * imageFloats..<images.upperBound * imageFloats], count: images.count,
      workspace: workspace, branchScales: nil, keepDerivatives: false)
    guard let output = output?.rows(from: images.lowerBound, count: images.count) else { return }
    output.copy(from: workspace.logits[0].rows(from: 0, count: images.count))
    guard workspace.logits.count > 1 else { return }
    let second = workspace.logits[1].rows(from: 0, count: images.count)
    if let distillationOutput {
      distillationOutput.rows(from: images.lowerBound, count: images.count).copy(from: second)
    } else {
      ArrayOperations.average(output, with: second)
    }
  }
}
