internal import Foundation
internal import ViTArchitecture
internal import ViTNumerics

/// What a training keeps in memory, from below.
enum MemoryNeed {
  /// Bytes that training takes at least: four copies of the parameters (weights, gradients, AdamW's two moments), and
  /// the activations of every block but the last, which keeps fewer.
  static func leastTrainingBytes(_ architecture: Architecture, batchSize: Int) -> Double {
    let tokens = Double(architecture.tokenCount)
    let rows = Double(batchSize) * tokens
    let embedding = Double(architecture.embedding)
    var floats = 4 * Double(architecture.parameterCount) + rows * (Double(architecture.patchValues) + embedding)
    for block in architecture.blocks.dropLast() {
      let attention = Double(block.heads) * (2 * Double(block.queryKey + block.value) + tokens)
      floats += rows * (2 * embedding + attention + 2 * Double(block.mlpHidden))
    }
    return 4 * floats
  }

  /// - Throws: `TrainerError` when this machine's memory cannot hold a training.
  static func check(_ architecture: Architecture, batchSize: Int) throws(TrainerError) {
    let need = leastTrainingBytes(architecture, batchSize: batchSize)
    let have = Double(ProcessInfo.processInfo.physicalMemory)
    guard need <= have else {
      throw TrainerError(
        """
        training this architecture on batches of \(batchSize) takes at least \(gibibytes(need)) GiB of memory, but \
        this machine has \(gibibytes(have)); a smaller recipe.batch-size or model takes less
        """)
    }
  }

  private static func gibibytes(_ bytes: Double) -> String { ReadableNumber.fixed(bytes / 0x1p30, decimals: 0) }
}
