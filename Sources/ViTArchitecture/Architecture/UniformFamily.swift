/// Networks of DeiT's proportions: as many heads as the width holds at the dense model's head width, the same ratio of
/// MLP to embedding, every block alike.
package struct UniformFamily {
  package let dense: Architecture

  /// - Parameter dense: At least one block; its first says what the proportions are.
  package init(like dense: Architecture) { self.dense = dense }

  /// From the narrowest to the dense model's width, in steps of four channels.
  package var members: [Architecture] {
    guard let block = dense.blocks.first else { return [] }
    let headShare = Double(block.heads) / Double(dense.embedding)
    let hiddenShare = Double(block.mlpHidden) / Double(dense.embedding)
    return stride(from: 4, through: dense.embedding, by: 4).map { width in
      var member = dense
      member.embedding = width
      member.blocks = Array(
        repeating: Architecture.Block(
          heads: max(1, Int((headShare * Double(width)).rounded())), queryKey: block.queryKey, value: block.value,
          mlpHidden: max(1, Int((hiddenShare * Double(width)).rounded()))), count: dense.depth)
      return member
    }
  }
}
