internal import ViTKernels
package import ViTTraining

/// A pattern of zeros that hardware can skip.
package enum SparsityPattern: String, Hashable, Sendable, Codable, CaseIterable {
  /// At most two of every four neighbouring inputs of a linear layer are not zero.
  ///
  /// Source: Mishra et al., "Accelerating sparse deep neural networks", arXiv 2104.08378.
  case twoOfFour = "2:4"

  /// Neighbouring inputs that share a limit.
  package var groupSize: Int { 4 }
  /// How many of a group may differ from zero.
  package var keptCount: Int { 2 }

  /// The layers of a block that the pattern is for. Patch embedding and heads stay dense: they hold few weights, and
  /// NViT's figures with sparsity are of its linear layers.
  package static let layerNames = ["attn.qkv", "attn.proj", "mlp.fc1", "mlp.fc2"]

  /// Whether the pattern is for a tensor of this name, its shape left aside: the weights of a block's linear layers.
  package static func isMeant(for name: String) -> Bool {
    name.hasPrefix("blocks.") && layerNames.contains { name.hasSuffix(".\($0).weight") }
  }

  /// Whether the pattern fits a layer: its inputs fall into whole groups.
  package func fits(inputs: Int) -> Bool { inputs > 0 && inputs % groupSize == 0 }

  /// Whether sparse tensor cores take the layer in half precision, which NVIDIA's ASP makes its condition for pruning:
  /// outputs a multiple of 8 and inputs a multiple of 16. Others hold the pattern, but gain no speed on them.
  package static func isAccelerated(outputs: Int, inputs: Int) -> Bool { outputs % 8 == 0 && inputs % 16 == 0 }

  /// The mask that keeps the largest weights of each group by magnitude; of equal ones, the first.
  ///
  /// Layers that the pattern does not fit stay dense: `SparseSize` lists them.
  package func mask(of weights: ModelWeights) -> WeightMask {
    var mask = WeightMask(weights.architecture)
    for entry in weights.table.entries where SparsityPattern.isMeant(for: entry.name) {
      guard fits(inputs: entry.count / entry.shape[0]) else { continue }
      weights.arena[entry.range].withSpan { elements in
        // Rows are whole numbers of groups, so groups follow each other through the tensor.
        for start in stride(from: 0, to: elements.count, by: groupSize) {
          let group = start..<start + groupSize
          for index in group {
            var larger = 0
            for other in group where SparsityPattern.comesBefore(elements, other, index) { larger += 1 }
            if larger >= keptCount { mask.drop(entry.offset + index) }
          }
        }
      }
    }
    return mask
  }

  private static func comesBefore(_ weights: Span<Float>, _ a: Int, _ b: Int) -> Bool {
    // What is no number counts as the largest, so that there is an order in any case.
    let (first, second) = (
      weights[a].isNaN ? .infinity : weights[a].magnitude, weights[b].isNaN ? .infinity : weights[b].magnitude
    )
    return first == second ? a < b : first > second
  }
}
