internal import ViTKernels
internal import ViTNumerics

extension ParameterTable {
  /// Fills an arena with fresh weights, as timm initialises a ViT: linear weights and positions from a normal of
  /// standard deviation 0.02 truncated at two, biases 0, norms 1 and 0, tokens nearly 0, and the patch embedding
  /// uniform within 1 / sqrt(patch values).
  ///
  /// Every tensor draws from its own stream, keyed by its index.
  func initialize(_ arena: borrowing FloatBuffer, seed: UInt64) {
    for (index, entry) in entries.enumerated() {
      var random = CounterRandom(seed: seed, purpose: "initialization", stream: UInt64(index))
      let target = arena[entry.range]
      func fill(_ value: () -> Double) {
        target.withMutableSpan { target in
          for i in target.indices { target[i] = Float(value()) }
        }
      }
      switch entry.name {
      case "cls_token", "dist_token":
        fill { 1e-6 * random.gaussian() }
      case "patch_embed.proj.weight", "patch_embed.proj.bias":
        let fanIn = entries.first { $0.name == "patch_embed.proj.weight" }.map { $0.count / $0.shape[0] } ?? 1
        let bound = 1 / Double(fanIn).squareRoot()
        fill { bound * (2 * random.uniform() - 1) }
      case _ where entry.isDecayed || entry.name == "pos_embed":
        fill { 0.02 * truncatedGaussian(&random) }
      case _ where entry.name.contains("norm") && entry.name.hasSuffix(".weight"):
        target.fill(1)
      default:
        target.fill(0)
      }
    }
  }

  private func truncatedGaussian(_ random: inout CounterRandom) -> Double {
    while true {
      let value = random.gaussian()
      if abs(value) <= 2 { return value }
    }
  }
}
