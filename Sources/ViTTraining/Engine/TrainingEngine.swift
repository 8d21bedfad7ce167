internal import ViTArchitecture
package import ViTKernels
internal import ViTNumerics

/// Trains one model: forward, loss, backward and AdamW, on all cores.
///
/// Results are a function of the weights, the batch and the settings, bit for bit, whatever the number of threads.
/// After the first step, `step` allocates nothing. Not safe to use from several threads at once.
package final class TrainingEngine {
  /// Hyperparameters of one update.
  package struct Update: Sendable {
    package var learningRate: Double
    package var weightDecay: Double = 0
    package var beta1: Double = 0.9
    package var beta2: Double = 0.999
    package var epsilon: Double = 1e-8
    /// Largest global norm of the gradient, or nil.
    package var gradientClip: Double?
    package init(learningRate: Double) { self.learningRate = learningRate }
  }

  /// What a training may have beside its loss.
  package struct Options: Sendable {
    /// Drop probability of the last block's branches (stochastic depth).
    package var dropPath: Double
    /// Largest decay of the moving average of the weights, as `AverageDecay` says, or nil to keep none.
    package var emaDecay: Double?
    /// Of stochastic depth.
    package var seed: UInt64
    /// Weights outside it are set to zero at once and stay so, with their moments and averages; of the weights'
    /// architecture.
    package var mask: WeightMask?

    package init(dropPath: Double = 0, emaDecay: Double? = nil, seed: UInt64 = 0, mask: WeightMask? = nil) {
      self.dropPath = dropPath
      self.emaDecay = emaDecay
      self.seed = seed
      self.mask = mask
    }
  }

  /// What a step found.
  package struct StepResult: Sendable {
    /// Mean loss over the batch, before the update.
    package let loss: Double
    /// Global norm of the gradient, before clipping.
    package let gradientNorm: Double

    /// Whether loss and gradient are numbers; if not, the weights were left as they were.
    package var isFinite: Bool { loss.isFinite && gradientNorm.isFinite }
  }

  package let weights: ModelWeights
  package let batchSize: Int
  package let threadCount: Int
  /// Updates made, those before a resumption included.
  package private(set) var stepCount = 0

  let plan: NetworkPlan
  let kernels: KernelSet
  let sharding: Sharding
  let groups: [ParameterGroup]
  let packed: PackedWeights
  let moment1: FloatBuffer
  let moment2: FloatBuffer
  /// Moving average of the weights; empty when none is kept.
  private let average: FloatBuffer
  private let averageDecay: AverageDecay?
  /// Updates that the average is of.
  private var averagedUpdates = 0
  private let pool: WorkerPool
  private let workspaces: [Arena<Workspace>]
  /// The shards' gradient arenas, one after the other; the whole batch's gradient takes the place of the first.
  private let shardGradients: FloatBuffer
  private let shardLosses: DoubleBuffer
  private let groupSquares: DoubleBuffer
  /// For each worker.
  private let lossScratch: DoubleBuffer
  /// (2 depth, batch), as `ForwardPass.BranchScales` says; empty without stochastic depth.
  private let branchScales: FloatBuffer
  private let dropPath: Double
  private let seed: UInt64
  private let mask: WeightMask?

  // What the phases of the step in progress work on.
  private var phase = Phase.pack
  private var batch: Batch?
  private var terms: LossTerms
  private var update = AdamWUpdate(learningRate: 0, beta1: 0, beta2: 0, epsilon: 0, step: 1, gradientScale: 1)
  private var weightDecay = 0.0

  private enum Phase { case pack, shard, reduce, update }

  /// - Parameters:
  ///   - weights: Changed in place by `step`.
  ///   - terms: What is minimised.
  ///   - threads: At least 1.
  package init(
    weights: ModelWeights, batchSize: Int, terms: LossTerms, threads: Int, options: Options = Options()
  ) {
    let (dropPath, emaDecay, mask) = (options.dropPath, options.emaDecay, options.mask)
    precondition(mask.map { $0.architecture == weights.architecture } ?? true, "the mask is another architecture's")
    mask?.apply(to: weights.arena.vector)
    self.mask = mask
    self.weights = weights
    self.batchSize = batchSize
    self.terms = terms
    self.dropPath = dropPath
    seed = options.seed
    averageDecay = emaDecay.map { AverageDecay($0) }
    kernels = KernelSet.current
    let plan = NetworkPlan(weights.architecture, table: weights.table)
    self.plan = plan
    let count = weights.table.floatCount
    let sharding = Sharding(weights.architecture, batch: batchSize, parameterFloats: count)
    self.sharding = sharding
    groups = plan.parameterGroups(weights.table)
    packed = PackedWeights(plan)
    moment1 = FloatBuffer(count: count)
    moment2 = FloatBuffer(count: count)
    average = FloatBuffer(count: emaDecay == nil ? 0 : count)
    average.vector.copy(from: weights.arena[0..<average.count])
    threadCount = max(1, min(threads, sharding.count))
    pool = WorkerPool(threadCount: threadCount)
    workspaces = (0..<threadCount).map { _ in Workspace.arena(plan, images: sharding.capacity, forTraining: true) }
    shardGradients = FloatBuffer(count: count * sharding.count)
    shardLosses = DoubleBuffer(count: sharding.count)
    groupSquares = DoubleBuffer(count: groups.count)
    lossScratch = DoubleBuffer(
      count: threadCount * LogitLoss.scratchCount(classes: weights.architecture.classCount))
    branchScales = FloatBuffer(count: dropPath > 0 ? 2 * plan.blocks.count * batchSize : 0)
  }

  deinit { pool.stop() }

  /// Takes up a training where `state` was taken.
  ///
  /// - Parameters:
  ///   - state: Its weights become the engine's, and are changed in place by `step`.
  ///   - options: As in the training before; a state without a moving average starts one at the next update.
  package convenience init(
    resuming state: TrainingState, batchSize: Int, terms: LossTerms, threads: Int, options: Options = Options()
  ) {
    self.init(weights: state.weights, batchSize: batchSize, terms: terms, threads: threads, options: options)
    moment1.vector.copy(from: state.moment1.arena.vector)
    moment2.vector.copy(from: state.moment2.arena.vector)
    if let other = state.average, averageDecay != nil {
      average.vector.copy(from: other.values.arena.vector)
      averagedUpdates = other.updates
    }
    if let mask = options.mask {
      for arena in [moment1.vector, moment2.vector] { mask.apply(to: arena) }
      if averageDecay != nil { mask.apply(to: average.vector) }
    }
    stepCount = state.updates
  }

  /// A copy of all that is needed to go on later.
  package var state: TrainingState {
    func copy(_ values: Vector) -> ModelWeights {
      let arena = ModelWeights(zeroed: weights.architecture)
      arena.copy(from: values)
      return arena
    }
    return TrainingState(
      weights: copy(weights.arena.vector), moment1: copy(moment1.vector), moment2: copy(moment2.vector),
      average: averageDecay == nil
        ? nil : TrainingState.Average(values: copy(average.vector), updates: averagedUpdates),
      updates: stepCount)
  }

  /// One step: loss and gradient of the batch, then an update unless they are not finite.
  package func step(_ batch: Batch, _ settings: Update) -> StepResult {
    let (loss, norm) = computeGradient(batch)
    let result = StepResult(loss: loss, gradientNorm: norm)
    if result.isFinite { applyUpdate(settings, gradientNorm: norm) }
    return result
  }

  /// Updates the weights by the gradient that `computeGradient` left.
  package func applyUpdate(_ settings: Update, gradientNorm norm: Double) {
    stepCount += 1
    var scale = 1.0
    // PyTorch's clip_grad_norm_ adds the same small number to the norm.
    if let limit = settings.gradientClip { scale = min(1, limit / (norm + 1e-6)) }
    update = AdamWUpdate(
      learningRate: settings.learningRate, beta1: settings.beta1, beta2: settings.beta2, epsilon: settings.epsilon,
      step: stepCount, gradientScale: scale)
    weightDecay = settings.weightDecay
    perform(.update, count: groups.count)
    if let averageDecay {
      averagedUpdates += 1
      ArrayOperations.movingAverage(
        kernels, of: weights.arena.vector, decay: Float(averageDecay.decay(update: averagedUpdates)),
        into: average.vector)
    }
  }

  /// Loss and gradient norm of a batch; the gradient is left in the gradient arena.
  ///
  /// - Parameter batch: Of `batchSize` images of the model's size and classes.
  package func computeGradient(_ batch: Batch) -> (loss: Double, norm: Double) {
    let architecture = plan.architecture
    precondition(
      batch.count == batchSize && batch.classes == architecture.classCount
        && batch.images.count == batchSize * architecture.channels * architecture.imageSize * architecture.imageSize,
      "the batch is not one of \(batchSize) images of the model's size and classes")
    self.batch = batch
    if dropPath > 0 { drawBranchScales() }
    perform(.pack, count: plan.layerCount)
    perform(.shard, count: sharding.count)
    perform(.reduce, count: groups.count)
    self.batch = nil
    var loss = 0.0
    for shard in 0..<sharding.count { loss += shardLosses[shard] }
    var squares = 0.0
    for group in groups.indices { squares += groupSquares[group] }
    return (loss, squares.squareRoot())
  }

  /// The gradient as `computeGradient` left it, laid out as the weights' arena; valid until the next call.
  package var gradientArena: Vector { shardGradients[0..<weights.table.floatCount] }

  /// The elements of a tensor's gradient, as the last step left it.
  package func gradientValues(of name: String) -> [Float]? {
    guard let entry = weights.table.entries.first(where: { $0.name == name }) else { return nil }
    return gradientArena[entry.range].values
  }

  /// The factors that stochastic depth put on the branches in the last step, (depth, 2, batch): attention, then MLP.
  ///
  /// Empty without stochastic depth.
  package var branchFactors: [Float] { branchScales.values }

  /// The moving average of the weights, or the weights themselves when none is kept.
  package func averagedWeights() -> ModelWeights {
    let copy = ModelWeights(weights.architecture, seed: 0)
    copy.copy(from: averageDecay == nil ? weights.arena.vector : average.vector)
    return copy
  }

  private func drawBranchScales() {
    var random = CounterRandom(seed: seed, purpose: "stochastic depth", stream: UInt64(stepCount))
    let depth = plan.blocks.count
    for block in 0..<depth {
      let drop = depth > 1 ? dropPath * Double(block) / Double(depth - 1) : dropPath
      let keep = Float(1 / (1 - drop))
      for i in 0..<2 * batchSize {
        branchScales[2 * block * batchSize + i] = random.uniform() < drop ? 0 : keep
      }
    }
  }

  /// Runs another job on the engine's threads, between steps.
  package func perform(_ job: any ParallelJob, count: Int) { pool.perform(job, count: count) }

  private func perform(_ phase: Phase, count: Int) {
    self.phase = phase
    pool.perform(self, count: count)
  }
}

extension TrainingEngine: ParallelJob {
  package func run(task: Int, worker: Int) {
    switch phase {
    case .pack: packed.pack(kernels, plan.layer(task), weights: weights.arena.vector, forTraining: true)
    case .shard: runShard(task, workspace: workspaces[worker].places, worker: worker)
    case .reduce:
      let shards = shardGradients.vector.matrix(rows: sharding.count, columns: weights.table.floatCount)
      let reduction = GradientReduction(kernels: kernels, weights: weights.arena.vector, shards: shards, mask: mask)
      groupSquares[task] = reduction.reduce(groups[task], into: gradientArena)
    case .update: updateGroup(groups[task])
    }
  }

  private func runShard(_ shard: Int, workspace: Workspace, worker: Int) {
    guard let batch else { return }
    let images = sharding.images(shard)
    let terms = terms
    let scales = dropPath > 0 ? branchScales(of: images) : nil
    let forward = ForwardPass(
      plan: plan, kernels: kernels, packed: packed.memory, weights: weights.arena.vector)
    forward.run(
      images: batch.images(images), count: images.count, workspace: workspace, branchScales: scales,
      keepDerivatives: true, isHeadUsed: { terms.head($0).isUsed })
    var loss = 0.0
    for index in plan.heads.indices where terms.head(index).isUsed {
      loss += lossScratch.withMutableSpan(of: scratchRange(worker)) { scratch in
        terms.loss(head: index, batch: batchSize).backward(
          workspace.logits[index].rows(from: 0, count: images.count), batch.answers(images, head: index),
          gradient: workspace.logitGradients[index].rows(from: 0, count: images.count), scratch: &scratch)
      }
    }
    shardLosses[shard] = loss
    let floats = weights.table.floatCount
    let backward = BackwardPass(forward: forward, gradient: shardGradients[shard * floats..<(shard + 1) * floats])
    backward.run(
      count: images.count, workspace: workspace, branchScales: scales, isHeadUsed: { terms.head($0).isUsed })
  }

  private func scratchRange(_ worker: Int) -> Range<Int> {
    let count = LogitLoss.scratchCount(classes: plan.architecture.classCount)
    return worker * count..<(worker + 1) * count
  }

  private func branchScales(of images: Range<Int>) -> ForwardPass.BranchScales {
    let all = branchScales.vector.matrix(rows: 2 * plan.blocks.count, columns: batchSize)
    return ForwardPass.BranchScales(factors: all.columns(from: images.lowerBound, count: images.count))
  }

  private func updateGroup(_ group: ParameterGroup) {
    func apply(_ range: Range<Int>, decay: Double) {
      let (weights, moment1, moment2) = (weights.arena[range], moment1[range], moment2[range])
      update.apply(
        kernels, gradient: gradientArena[range], weightDecay: decay, weights: weights, moment1: moment1,
        moment2: moment2)
      guard let mask else { return }
      mask.apply(to: weights, range: range)
      mask.apply(to: moment1, range: range)
      mask.apply(to: moment2, range: range)
    }
    for tensor in group.tensors { apply(tensor.range, decay: tensor.isDecayed ? weightDecay : 0) }
    if let norm = group.folded.first?.norm {
      apply(norm.weight..<norm.weight + norm.width, decay: 0)
      apply(norm.bias..<norm.bias + norm.width, decay: 0)
    }
  }
}
