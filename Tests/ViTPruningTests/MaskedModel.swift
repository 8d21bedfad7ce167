import TrainingTestSupport
import ViTArchitecture
import ViTKernels
import ViTPruning
import ViTTraining

/// The dense network with the outputs of removed units set to zero and LayerNorms that see live channels only, in
/// double precision and as plainly as can be: what a pruned network has to equal.
struct MaskedModel {
  typealias DoubleMatrix = Reference.DoubleMatrix

  let architecture: Architecture
  let kept: KeptUnits
  private let tensors: ReferenceTensors

  init(_ weights: ModelWeights, kept: KeptUnits) {
    architecture = weights.architecture
    self.kept = kept
    tensors = ReferenceTensors(weights)
  }

  /// The matrix with zeros in the columns that are not kept.
  private func masked(_ x: DoubleMatrix, _ live: [Int]) -> DoubleMatrix {
    var result = DoubleMatrix(rows: x.rows, columns: x.columns)
    for row in 0..<x.rows {
      for column in live { result[row, column] = x[row, column] }
    }
    return result
  }

  private func norm(_ x: DoubleMatrix, _ name: String) -> DoubleMatrix {
    let (gamma, beta) = (tensors[name + ".weight"].values, tensors[name + ".bias"].values)
    var result = DoubleMatrix(rows: x.rows, columns: x.columns)
    let width = Double(kept.embedding.count)
    for row in 0..<x.rows {
      let mean = kept.embedding.reduce(0) { $0 + x[row, $1] } / width
      let variance = kept.embedding.reduce(0) { $0 + (x[row, $1] - mean) * (x[row, $1] - mean) } / width
      let deviation = (variance + Double(LayerNorm.epsilon)).squareRoot()
      for column in kept.embedding {
        result[row, column] = (x[row, column] - mean) / deviation * gamma[column] + beta[column]
      }
    }
    return result
  }

  private func attention(_ x: DoubleMatrix, _ index: Int) -> DoubleMatrix {
    let block = architecture.blocks[index]
    let live = kept.blocks[index]
    let all = tensors.linear(x, "blocks.\(index).attn.qkv")
    let keys = block.heads * block.queryKey
    var joined = DoubleMatrix(rows: x.rows, columns: block.heads * block.value)
    for head in live.heads {
      let output = Reference.attention(
        q: masked(all.columns(from: head * block.queryKey, count: block.queryKey), live.queryKey),
        k: masked(all.columns(from: keys + head * block.queryKey, count: block.queryKey), live.queryKey),
        v: masked(all.columns(from: 2 * keys + head * block.value, count: block.value), live.value),
        scale: architecture.attentionScale.factor(queryKey: block.queryKey)
      ).output
      for row in 0..<x.rows {
        for column in live.value { joined[row, head * block.value + column] = output[row, column] }
      }
    }
    return tensors.linear(joined, "blocks.\(index).attn.proj")
  }

  /// The logits of one image, those of two heads one after the other.
  func logits(_ image: [Float]) -> [Double] {
    var stream = masked(tensors.embed(image), kept.embedding)
    for index in architecture.blocks.indices {
      let prefix = "blocks.\(index)."
      stream = stream.combined(with: masked(attention(norm(stream, prefix + "norm1"), index), kept.embedding), +)
      let hidden = tensors.linear(norm(stream, prefix + "norm2"), prefix + "mlp.fc1").map(Reference.gelu)
      let output = tensors.linear(masked(hidden, kept.blocks[index].mlpHidden), prefix + "mlp.fc2")
      stream = stream.combined(with: masked(output, kept.embedding), +)
    }
    return tensors.heads(norm(stream, "norm")).flatMap { $0 }
  }
}
