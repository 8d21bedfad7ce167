extension Architecture {
  /// A DeiT for ImageNet: 224 pixels, patch 16, 1000 classes, 12 blocks, heads of 64, MLP of 4E.
  ///
  /// Source: Touvron et al., "Training data-efficient image transformers", ICML 2021, Table 1.
  package static func deit(embedding: Int, distilled: Bool = false) -> Architecture {
    let block = Block(heads: max(1, embedding / 64), queryKey: 64, value: 64, mlpHidden: 4 * embedding)
    return Architecture(
      imageSize: 224, channels: 3, patchSize: 16, classCount: 1000, hasDistillationToken: distilled,
      embedding: embedding, blocks: Array(repeating: block, count: 12))
  }

  /// DeiT-Ti.
  package static func deitTiny(distilled: Bool = false) -> Architecture { deit(embedding: 192, distilled: distilled) }
  /// DeiT-S.
  package static func deitSmall(distilled: Bool = false) -> Architecture { deit(embedding: 384, distilled: distilled) }
  /// DeiT-B.
  package static func deitBase(distilled: Bool = false) -> Architecture { deit(embedding: 768, distilled: distilled) }

  /// Which of the two published ReViT rules to follow.
  package enum ReViTRule: Sendable {
    /// Table 6 of the paper, with the base rounded before it is doubled in blocks 4 to 9.
    case table
    /// The official code: as the table, but the first and the last block have 10 heads and twice the query/key width.
    case officialCode
  }

  /// A ReViT for ImageNet.
  ///
  /// Source: Yang et al., "Global Vision Transformer Pruning with Hessian-Aware Saliency", CVPR 2023, Table 6 and its
  /// public code.
  package static func revit(embedding: Int, rule: ReViTRule, distilled: Bool = false) -> Architecture {
    let heads = 2 * Int((0.005 * Double(embedding)).rounded(.toNearestOrEven))
    let queryKey = 8 * Int((0.05 * Double(embedding) / 8).rounded(.toNearestOrEven))
    let blocks = (1...12).map { position in
      let middle = (4...9).contains(position) ? 2 : 1
      let isEnd = rule == .officialCode && (position == 1 || position == 12)
      return Block(
        heads: isEnd ? 10 : middle * heads, queryKey: isEnd ? 2 * queryKey : middle * queryKey, value: 64,
        mlpHidden: 3 * embedding * middle)
    }
    return Architecture(
      imageSize: 224, channels: 3, patchSize: 16, classCount: 1000, hasDistillationToken: distilled,
      embedding: embedding, attentionScale: .fixed(0.125), blocks: blocks)
  }
}
