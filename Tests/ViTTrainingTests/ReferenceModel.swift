import TrainingTestSupport
import ViTArchitecture
import ViTKernels
import ViTNumerics
import ViTTraining

/// The whole network and its losses in double precision, one image at a time, every token of every block computed:
/// what the engine should compute, without its folding, packing, sharding and leaving out.
struct ReferenceModel {
  typealias DoubleMatrix = Reference.DoubleMatrix

  let architecture: Architecture
  var tensors: ReferenceTensors

  init(_ weights: ModelWeights) {
    architecture = weights.architecture
    tensors = ReferenceTensors(weights)
  }

  private func norm(_ x: DoubleMatrix, _ name: String) -> DoubleMatrix {
    var result = Reference.normalize(x).normalized
    let (gamma, beta) = (tensors[name + ".weight"].values, tensors[name + ".bias"].values)
    for row in 0..<x.rows {
      for column in 0..<x.columns { result[row, column] = result[row, column] * gamma[column] + beta[column] }
    }
    return result
  }

  private func attention(_ x: DoubleMatrix, _ prefix: String, _ block: Architecture.Block) -> DoubleMatrix {
    let all = tensors.linear(x, prefix + "attn.qkv")
    let keys = block.heads * block.queryKey
    var joined = DoubleMatrix(rows: x.rows, columns: block.heads * block.value)
    for head in 0..<block.heads {
      let output = Reference.attention(
        q: all.columns(from: head * block.queryKey, count: block.queryKey),
        k: all.columns(from: keys + head * block.queryKey, count: block.queryKey),
        v: all.columns(from: 2 * keys + head * block.value, count: block.value),
        scale: architecture.attentionScale.factor(queryKey: block.queryKey)
      ).output
      for row in 0..<x.rows {
        for column in 0..<block.value { joined[row, head * block.value + column] = output[row, column] }
      }
    }
    return tensors.linear(joined, prefix + "attn.proj")
  }

  /// The logits of each head.
  ///
  /// - Parameter factor: Stochastic depth's factor on a branch (0 attention, 1 MLP) of a block.
  func logits(_ image: [Float], factor: (Int, Int) -> Double = { _, _ in 1 }) -> [[Double]] {
    var stream = tensors.embed(image)
    for (index, block) in architecture.blocks.enumerated() {
      let prefix = "blocks.\(index)."
      let attended = attention(norm(stream, prefix + "norm1"), prefix, block)
      stream = stream.combined(with: attended) { $0 + factor(index, 0) * $1 }
      let hidden = tensors.linear(norm(stream, prefix + "norm2"), prefix + "mlp.fc1").map(Reference.gelu)
      stream = stream.combined(with: tensors.linear(hidden, prefix + "mlp.fc2")) { $0 + factor(index, 1) * $1 }
    }
    return tensors.heads(norm(stream, "norm"))
  }

  /// The mean loss of a batch.
  ///
  /// - Parameter branchFactors: (depth, 2, batch), or empty.
  func loss(_ batch: TrainingEngine.Batch, _ terms: LossTerms, branchFactors: [Float] = []) -> Double {
    let pixels = architecture.channels * architecture.imageSize * architecture.imageSize
    var total = 0.0
    for image in 0..<batch.count {
      let heads = logits(batch.images[image * pixels..<(image + 1) * pixels].values) { block, branch in
        branchFactors.isEmpty ? 1 : Double(branchFactors[(2 * block + branch) * batch.count + image])
      }
      func row(_ buffer: borrowing FloatBuffer) -> [Double] {
        (0..<batch.classes).map { Double(buffer[image * batch.classes + $0]) }
      }
      let (targets, teacher, second) = (row(batch.targets), row(batch.teacher), row(batch.teacherDistillation))
      total += ReferenceLoss.loss(heads[0], targets, teacher, terms.classHead, terms.temperature)
      if heads.count > 1 {
        total += ReferenceLoss.loss(heads[1], targets, second, terms.distillationHead, terms.temperature)
      }
    }
    return total / Double(batch.count)
  }
}

/// The losses from their definitions, for one row of logits.
enum ReferenceLoss {
  static func softmax(_ logits: [Double], _ temperature: Double = 1) -> [Double] {
    let top = logits.max() ?? 0
    let powers = logits.map { Exponential.natural(($0 - top) / temperature) }
    let sum = powers.reduce(0, +)
    return powers.map { $0 / sum }
  }

  /// - sum of targets log softmax(logits).
  static func crossEntropy(_ logits: [Double], _ targets: [Double]) -> Double {
    zip(softmax(logits), targets).reduce(0) { $0 - $1.1 * Logarithm.natural($1.0) }
  }

  /// KL(teacher || student) of the distributions at a temperature.
  static func divergence(_ logits: [Double], from teacher: [Double], _ temperature: Double) -> Double {
    zip(softmax(teacher, temperature), softmax(logits, temperature)).reduce(0) {
      $0 + $1.0 * Logarithm.natural($1.0 / $1.1)
    }
  }

  static func loss(
    _ logits: [Double], _ targets: [Double], _ teacher: [Double], _ terms: LossTerms.Head, _ temperature: Double
  ) -> Double {
    let top = teacher.indices.max { teacher[$0] < teacher[$1] }
    let hard = teacher.indices.map { $0 == top ? 1.0 : 0 }
    return terms.targets * crossEntropy(logits, targets) + terms.teacherClass * crossEntropy(logits, hard)
      + terms.teacherDistribution * temperature * temperature * divergence(logits, from: teacher, temperature)
  }
}
