internal import ViTFiles

/// One concrete vision transformer: every width of every block.
///
/// Blocks may all differ. The value is hashable and has a canonical JSON form (`canonicalJSON`) and a digest of that
/// form (`digest`), by which duplicates are recognised across runs and machines.
package struct Architecture: Hashable, Sendable {
  /// Side of the square input image, in pixels.
  package var imageSize: Int
  /// Channels of the input image.
  package var channels: Int
  /// Side of a square patch, in pixels; divides `imageSize`.
  package var patchSize: Int
  /// Number of classes, the width of each head's output.
  package var classCount: Int
  /// Whether a distillation token and a second head stand beside the class token, as in DeiT.
  package var hasDistillationToken: Bool
  /// Width of the residual stream, E.
  package var embedding: Int
  /// What attention logits are multiplied by.
  package var attentionScale: AttentionScale
  /// The blocks, first to last.
  package var blocks: [Block]

  package init(
    imageSize: Int, channels: Int, patchSize: Int, classCount: Int, hasDistillationToken: Bool = false,
    embedding: Int, attentionScale: AttentionScale = .inverseSquareRoot, blocks: [Block]
  ) {
    self.imageSize = imageSize
    self.channels = channels
    self.patchSize = patchSize
    self.classCount = classCount
    self.hasDistillationToken = hasDistillationToken
    self.embedding = embedding
    self.attentionScale = attentionScale
    self.blocks = blocks
  }

  /// The widths of one transformer block.
  package struct Block: Hashable, Sendable, Codable {
    /// Attention heads, H.
    package var heads: Int
    /// Query and key width of one head, QK.
    package var queryKey: Int
    /// Value width of one head, V.
    package var value: Int
    /// Hidden width of the MLP, M.
    package var mlpHidden: Int

    package init(heads: Int, queryKey: Int, value: Int, mlpHidden: Int) {
      self.heads = heads
      self.queryKey = queryKey
      self.value = value
      self.mlpHidden = mlpHidden
    }

    private enum CodingKeys: String, SnakeCaseKey { case heads, queryKey, value, mlpHidden }
  }

  /// The factor that attention logits are multiplied by before the softmax.
  package enum AttentionScale: Hashable, Sendable {
    /// QK^-0.5, with the block's own QK.
    case inverseSquareRoot
    /// The same factor in every block; NViT keeps DeiT's 64^-0.5 whatever QK is left.
    case fixed(Double)

    /// The factor for a block with the given query/key width.
    package func factor(queryKey: Int) -> Double {
      switch self {
      case .inverseSquareRoot: 1 / Double(queryKey).squareRoot()
      case .fixed(let factor): factor
      }
    }
  }
}

extension Architecture {
  /// Number of blocks.
  package var depth: Int { blocks.count }
  /// Patches along one side of the image.
  package var patchesPerSide: Int { imageSize / patchSize }
  /// Number of patches.
  package var patchCount: Int { patchesPerSide * patchesPerSide }
  /// Class token, and distillation token if there is one.
  package var prefixTokenCount: Int { hasDistillationToken ? 2 : 1 }
  /// Length of the token sequence, T.
  package var tokenCount: Int { patchCount + prefixTokenCount }
  /// Values in one patch: channels x patch x patch.
  package var patchValues: Int { channels * patchSize * patchSize }
}
