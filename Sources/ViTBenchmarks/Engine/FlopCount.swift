package import ViTArchitecture

/// Floating-point operations for one image, two for each multiply-accumulate of a linear layer or attention product.
/// Norms, softmax, GELU and the optimizer are not counted.
package struct FlopCount: Hashable, Sendable {
  /// Every product over every token, three times in training: forward, input gradient, weight gradient. The figure to
  /// compare engines by.
  package let nominal: Double
  /// What is left of them without the work whose results nothing reads: past the keys and values of the last block all
  /// rows but the class and distillation tokens', and the gradient of the pixels. The figure to hold against the peak.
  package let performed: Double

  package init(_ architecture: Architecture, mode: TimedModel.Mode) {
    let all = 2 * Double(architecture.multiplyAccumulates)
    let forward = all - 2 * FlopCount.unread(architecture)
    switch mode {
    case .inference:
      nominal = all
      performed = forward
    case .training:
      let patches = Double(architecture.patchCount * architecture.patchValues * architecture.embedding)
      nominal = 3 * all
      performed = 3 * forward - 2 * patches
    }
  }

  /// Multiply-accumulates of a forward pass whose results nothing reads.
  private static func unread(_ architecture: Architecture) -> Double {
    guard let block = architecture.blocks.last else { return 0 }
    let (keys, values) = (block.heads * block.queryKey, block.heads * block.value)
    let perRow =
      architecture.embedding * (keys + values + 2 * block.mlpHidden) + architecture.tokenCount * (keys + values)
    return Double(architecture.patchCount * perRow)
  }
}
