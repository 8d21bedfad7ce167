package import ViTArchitecture
internal import ViTKernels

/// What the engine's models and trainings keep in memory, in bytes.
package enum MemoryNeed {
  /// A model for inference, its weights included.
  package static func inference(_ architecture: Architecture, batchSize: Int, threads: Int) -> Double {
    let least = leastInference(architecture, batchSize: batchSize)
    guard least < countable else { return least }
    let plan = NetworkPlan(architecture, table: ParameterTable(architecture))
    let sharding = Sharding(architecture, batch: batchSize, parameterFloats: 0)
    let workspaces: Int
    if let together = sharding.togetherThreads(architecture, threads: threads) {
      workspaces = Workspace.floatCount(plan, images: batchSize, forTraining: false, workers: together)
    } else {
      workspaces =
        min(threads, sharding.count) * Workspace.floatCount(plan, images: sharding.capacity, forTraining: false)
    }
    return 4 * (Double(architecture.parameterCount) + Double(plan.packedCount) + Double(workspaces))
      + 4 * inputFloats(architecture, batchSize: batchSize)
  }

  /// A training engine with its batch: weights, gradients of every shard, moments, average and activations.
  package static func engine(
    _ architecture: Architecture, batchSize: Int, threads: Int, keepsAverage: Bool
  ) -> Double {
    let least = leastTraining(architecture, batchSize: batchSize)
    guard least < countable else { return least }
    let table = ParameterTable(architecture)
    let plan = NetworkPlan(architecture, table: table)
    let sharding = Sharding(architecture, batch: batchSize, parameterFloats: table.floatCount)
    let copies = 3 + (keepsAverage ? 1 : 0) + sharding.count
    let workspace = Workspace.floatCount(plan, images: sharding.capacity, forTraining: true)
    let floats =
      Double(copies) * Double(table.floatCount) + Double(plan.packedCount)
      + Double(min(threads, sharding.count)) * Double(workspace)
    return 4 * floats + 4 * inputFloats(architecture, batchSize: batchSize)
  }

  /// A whole training: the engine with the state that it began with or hands over, and the evaluation at its end.
  static func training(
    _ architecture: Architecture, batchSize: Int, evaluationBatch: Int, threads: Int, keepsAverage: Bool,
    teachers: [Architecture]
  ) -> Double {
    let copies = Double(4 * architecture.parameterCount) * (keepsAverage ? 5 : 4)
    let learning = teachers.reduce(
      copies + engine(architecture, batchSize: batchSize, threads: threads, keepsAverage: keepsAverage)
    ) { $0 + inference($1, batchSize: batchSize, threads: threads) }
    return max(
      learning, copies + inference(architecture, batchSize: evaluationBatch, threads: threads))
  }

  /// Beyond this nothing is counted one by one: it is more than any machine has, and could overflow.
  private static let countable = 0x1p48

  private static func inputFloats(_ architecture: Architecture, batchSize: Int) -> Double {
    Double(batchSize)
      * (Double(architecture.channels * architecture.imageSize * architecture.imageSize)
        + 4 * Double(architecture.classCount))
  }

  /// From below: the parameters and one block's rows of a shard.
  private static func leastInference(_ architecture: Architecture, batchSize: Int) -> Double {
    let tokens = Double(architecture.tokenCount)
    let widest = architecture.blocks.map { Double($0.heads) * tokens + Double($0.mlpHidden) }.max() ?? 0
    // A shard is a 32nd of a batch at least.
    let images = max(1, Double(batchSize) / 32)
    return 4 * (Double(architecture.parameterCount) + images * tokens * widest)
      + 4 * inputFloats(architecture, batchSize: batchSize)
  }

  /// From below: four copies of the parameters (weights, gradients, AdamW's two moments), and the activations of every
  /// block but the last, which keeps fewer.
  private static func leastTraining(_ architecture: Architecture, batchSize: Int) -> Double {
    let tokens = Double(architecture.tokenCount)
    let rows = Double(batchSize) * tokens
    let embedding = Double(architecture.embedding)
    // Each worker has room for one shard at a time.
    var floats = 4 * Double(architecture.parameterCount) + rows * Double(architecture.patchValues)
    for block in architecture.blocks.dropLast() {
      let attention = Double(block.heads) * (2 * Double(block.queryKey + block.value) + tokens)
      floats += rows / 32 * (2 * embedding + attention + 2 * Double(block.mlpHidden))
    }
    return 4 * floats
  }
}
