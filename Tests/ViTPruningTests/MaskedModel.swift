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
  private var tensors: [String: DoubleMatrix] = [:]

  init(_ weights: ModelWeights, kept: KeptUnits) {
    architecture = weights.architecture
    self.kept = kept
    for entry in weights.table.entries {
      let values = (weights.values(of: entry.name) ?? []).map(Double.init)
      let width =
        switch entry.shape.count {
        case 1: entry.count
        case 3: entry.shape[2]
        default: entry.count / entry.shape[0]
        }
      tensors[entry.name] = DoubleMatrix(rows: entry.count / width, columns: width, values: values)
    }
  }

  private func tensor(_ name: String) -> DoubleMatrix { tensors[name] ?? DoubleMatrix(rows: 0, columns: 0) }

  private func linear(_ x: DoubleMatrix, _ name: String) -> DoubleMatrix {
    Reference.product(x, tensor(name + ".weight").transposed, bias: tensor(name + ".bias").values)
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
    let (gamma, beta) = (tensor(name + ".weight").values, tensor(name + ".bias").values)
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
    let all = linear(x, "blocks.\(index).attn.qkv")
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
    return linear(joined, "blocks.\(index).attn.proj")
  }

  /// Patch embedding, tokens and positions of one image, (tokens, E).
  private func embed(_ image: [Float]) -> DoubleMatrix {
    let (size, patch, side) = (architecture.imageSize, architecture.patchSize, architecture.patchesPerSide)
    var patches = DoubleMatrix(rows: architecture.patchCount, columns: architecture.patchValues)
    for channel in 0..<architecture.channels {
      for y in 0..<size {
        for x in 0..<size {
          let column = (channel * patch + y % patch) * patch + x % patch
          patches[y / patch * side + x / patch, column] = Double(image[(channel * size + y) * size + x])
        }
      }
    }
    let prefix = tensor("cls_token").values + tensor("dist_token").values
    let stream = DoubleMatrix(
      rows: architecture.tokenCount, columns: architecture.embedding,
      values: prefix + linear(patches, "patch_embed.proj").values)
    return masked(stream.combined(with: tensor("pos_embed"), +), kept.embedding)
  }

  /// The logits of one image, those of two heads one after the other.
  func logits(_ image: [Float]) -> [Double] {
    var stream = embed(image)
    for index in architecture.blocks.indices {
      let prefix = "blocks.\(index)."
      stream = stream.combined(with: masked(attention(norm(stream, prefix + "norm1"), index), kept.embedding), +)
      let hidden = linear(norm(stream, prefix + "norm2"), prefix + "mlp.fc1").map(Reference.gelu)
      let output = linear(masked(hidden, kept.blocks[index].mlpHidden), prefix + "mlp.fc2")
      stream = stream.combined(with: masked(output, kept.embedding), +)
    }
    let final = norm(stream, "norm")
    let names = architecture.hasDistillationToken ? ["head", "head_dist"] : ["head"]
    return names.enumerated().flatMap { index, name in
      let row = DoubleMatrix(rows: 1, columns: final.columns, values: (0..<final.columns).map { final[index, $0] })
      return linear(row, name).values
    }
  }
}
