/// One concrete vision transformer: every width of every block.
///
/// Blocks may all differ. The value is hashable and has a canonical JSON form (`canonicalJSON`) and a digest of that
/// form (`digest`), by which duplicates are recognised across runs and machines.
public struct Architecture: Hashable, Sendable {
  /// Side of the square input image, in pixels.
  public var imageSize: Int
  /// Channels of the input image.
  public var channels: Int
  /// Side of a square patch, in pixels; divides `imageSize`.
  public var patchSize: Int
  /// Number of classes, the width of each head's output.
  public var classCount: Int
  /// Whether a distillation token and a second head stand beside the class token, as in DeiT.
  public var hasDistillationToken: Bool
  /// Width of the residual stream, E.
  public var embedding: Int
  /// What attention logits are multiplied by.
  public var attentionScale: AttentionScale
  /// The blocks, first to last.
  public var blocks: [Block]

  public init(
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
  public struct Block: Hashable, Sendable, Codable {
    /// Attention heads, H.
    public var heads: Int
    /// Query and key width of one head, QK.
    public var queryKey: Int
    /// Value width of one head, V.
    public var value: Int
    /// Hidden width of the MLP, M.
    public var mlpHidden: Int

    public init(heads: Int, queryKey: Int, value: Int, mlpHidden: Int) {
      self.heads = heads
      self.queryKey = queryKey
      self.value = value
      self.mlpHidden = mlpHidden
    }

    private enum CodingKeys: String, CodingKey {
      case heads
      case queryKey = "query_key"
      case value
      case mlpHidden = "mlp_hidden"
    }
  }

  /// The factor that attention logits are multiplied by before the softmax.
  public enum AttentionScale: Hashable, Sendable {
    /// QK^-0.5, with the block's own QK.
    case inverseSquareRoot
    /// The same factor in every block; NViT keeps DeiT's 64^-0.5 whatever QK is left.
    case fixed(Double)

    /// The factor for a block with the given query/key width.
    public func factor(queryKey: Int) -> Double {
      switch self {
      case .inverseSquareRoot: 1 / Double(queryKey).squareRoot()
      case .fixed(let factor): factor
      }
    }
  }
}

extension Architecture {
  /// Number of blocks.
  public var depth: Int { blocks.count }
  /// Patches along one side of the image.
  public var patchesPerSide: Int { imageSize / patchSize }
  /// Number of patches.
  public var patchCount: Int { patchesPerSide * patchesPerSide }
  /// Class token, and distillation token if there is one.
  public var prefixTokenCount: Int { hasDistillationToken ? 2 : 1 }
  /// Length of the token sequence, T.
  public var tokenCount: Int { patchCount + prefixTokenCount }
  /// Values in one patch: channels x patch x patch.
  public var patchValues: Int { channels * patchSize * patchSize }
}
