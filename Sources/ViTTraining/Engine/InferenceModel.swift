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
  private let workspaces: [Workspace]
  private var input: UnsafePointer<Float>?
  private var imageCount = 0
  private var output: UnsafeMutablePointer<Float>?
  private var distillationOutput: UnsafeMutablePointer<Float>?
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
    for linear in plan.linears { packed.pack(kernels, linear, weights: weights.arena.pointer, forTraining: false) }
    let images = sharding.capacity
    let plan = plan
    workspaces = (0..<threadCount).map { _ in Workspace(plan, images: images, forTraining: false) }
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
    let images = FloatBuffer(count: batchSize * architecture.channels * architecture.imageSize * architecture.imageSize)
    for i in 0..<images.count { images.pointer[i] = Float(random.uniform() - 0.5) }
    self.init(
      weights: ModelWeights(architecture, seed: seed), batchSize: batchSize, threads: threads, randomImages: images)
  }

  /// One forward pass of one batch of random images. Allocates nothing.
  ///
  /// Only for models made by `init(architecture:batchSize:threads:seed:)`; otherwise it does nothing.
  package func runBatch() {
    guard randomImages.count > 0 else { return }
    input = UnsafePointer(randomImages.pointer)
    imageCount = batchSize
    output = nil
    distillationOutput = nil
    pool.perform(self, count: sharding.count)
    input = nil
  }

  /// Runs another job on the model's threads, between batches.
  package func perform(_ job: any ParallelJob, count: Int) { pool.perform(job, count: count) }

  /// Logits of up to `batchSize` images.
  ///
  /// - Parameters:
  ///   - images: (count, channels, size, size), normalised.
  ///   - logits: (count, classes); receives the class head's logits, or the mean of both heads' when
  ///     `distillationLogits` is nil and there are two, as DeiT does at inference.
  ///   - distillationLogits: (count, classes); receives the distillation head's logits.
  package func logits(
    of images: UnsafePointer<Float>, count: Int, into logits: UnsafeMutablePointer<Float>,
    distillationLogits: UnsafeMutablePointer<Float>? = nil
  ) {
    precondition(count <= batchSize, "a batch holds at most \(batchSize) images")
    input = images
    imageCount = count
    output = logits
    distillationOutput = distillationLogits
    pool.perform(self, count: sharding.count)
    input = nil
  }
}

extension InferenceModel: ParallelJob {
  package func run(task: Int, worker: Int) {
    guard let input else { return }
    let images = sharding.images(task).clamped(to: 0..<imageCount)
    guard !images.isEmpty else { return }
    let workspace = workspaces[worker]
    let imageFloats = architecture.channels * architecture.imageSize * architecture.imageSize
    ForwardPass(plan: plan, kernels: kernels, packed: packed.buffer.pointer, weights: weights.arena.pointer).run(
      images: input + images.lowerBound * imageFloats, count: images.count, workspace: workspace, branchScales: nil,
      keepDerivatives: false)
    guard let output else { return }
    let classes = architecture.classCount
    for image in 0..<images.count {
      let row = output + (images.lowerBound + image) * classes
      row.update(from: workspace.logits[0].pointer + image * workspace.logits[0].stride, count: classes)
      guard workspace.logits.count > 1 else { continue }
      let second = workspace.logits[1].pointer + image * workspace.logits[1].stride
      if let distillationOutput {
        (distillationOutput + (images.lowerBound + image) * classes).update(from: second, count: classes)
      } else {
        for j in 0..<classes { row[j] = 0.5 * (row[j] + second[j]) }
      }
    }
  }
}
