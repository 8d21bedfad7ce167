/// The kinds of unit that pruning removes.
///
/// The raw values are the names on the command line and in files.
package enum UnitKind: String, CaseIterable, Hashable, Sendable, Codable, CodingKeyRepresentable {
  /// A channel of the residual stream.
  case embedding
  /// A whole attention head of one block.
  case heads
  /// A query/key dimension of one block: the same dimension in all heads.
  case queryKey = "query-key"
  /// A value dimension of one block: the same dimension in all heads.
  case value
  /// A hidden unit of one block's MLP.
  case mlpHidden = "mlp-hidden"
}

/// Units that stand for the same thing: all channels of the residual stream, or all units of one kind in one block.
package struct UnitList: Hashable, Sendable {
  package let kind: UnitKind
  /// Counted from 0; nil for the embedding, which all blocks share.
  package let block: Int?

  /// The channels of the residual stream.
  package static let embedding = UnitList(kind: .embedding, block: nil)

  /// - Parameter kind: Not the embedding.
  package init(_ kind: UnitKind, block: Int) { self.init(kind: kind, block: kind == .embedding ? nil : block) }

  private init(kind: UnitKind, block: Int?) {
    self.kind = kind
    self.block = block
  }

  /// The kinds that every block has a list of.
  package static let blockKinds: [UnitKind] = [.heads, .queryKey, .value, .mlpHidden]
}
