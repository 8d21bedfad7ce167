/// Parameters and multiply-accumulates of one operator, for one image.
package struct OperatorCost: Hashable, Sendable {
  package var parameters = 0
  /// Multiply-accumulates of linear layers and attention products; norms, softmax and GELU are not counted.
  package var multiplyAccumulates = 0

  package static func + (a: OperatorCost, b: OperatorCost) -> OperatorCost {
    OperatorCost(
      parameters: a.parameters + b.parameters, multiplyAccumulates: a.multiplyAccumulates + b.multiplyAccumulates)
  }

  /// A linear layer with bias, applied to `rows` rows.
  fileprivate static func linear(_ inputs: Int, _ outputs: Int, rows: Int) -> OperatorCost {
    OperatorCost(parameters: inputs * outputs + outputs, multiplyAccumulates: rows * inputs * outputs)
  }
}

/// The cost of one transformer block, operator by operator.
package struct BlockCost: Hashable, Sendable {
  /// Both LayerNorms.
  package var norms: OperatorCost
  /// Query, key and value projections.
  package var queryKeyValue: OperatorCost
  /// Both attention products.
  package var attention: OperatorCost
  /// Output projection of the attention.
  package var projection: OperatorCost
  /// Both layers of the MLP.
  package var mlp: OperatorCost

  package var total: OperatorCost { norms + queryKeyValue + attention + projection + mlp }

  init(_ block: Architecture.Block, embedding: Int, tokens: Int) {
    let keys = block.heads * block.queryKey
    let values = block.heads * block.value
    norms = OperatorCost(parameters: 4 * embedding)
    queryKeyValue = .linear(embedding, 2 * keys + values, rows: tokens)
    attention = OperatorCost(multiplyAccumulates: tokens * tokens * (keys + values))
    projection = .linear(values, embedding, rows: tokens)
    mlp = .linear(embedding, block.mlpHidden, rows: tokens) + .linear(block.mlpHidden, embedding, rows: tokens)
  }
}

/// The cost of a whole architecture, for one image.
package struct ArchitectureCost: Hashable, Sendable {
  /// Patch embedding, tokens and positions.
  package var embedding: OperatorCost
  package var blocks: [BlockCost]
  /// Final norm and classification heads.
  package var head: OperatorCost

  package var total: OperatorCost { blocks.reduce(embedding + head) { $0 + $1.total } }
}

extension Architecture {
  /// Exact cost by operator. Every token row of every block is counted, as published figures do, also where the
  /// engine can leave some out.
  package var cost: ArchitectureCost {
    ArchitectureCost(
      embedding: OperatorCost.linear(patchValues, embedding, rows: patchCount)
        + OperatorCost(parameters: (prefixTokenCount + tokenCount) * embedding),
      blocks: blocks.map { BlockCost($0, embedding: embedding, tokens: tokenCount) },
      head: (0..<prefixTokenCount).reduce(OperatorCost(parameters: 2 * embedding)) { sum, _ in
        sum + .linear(embedding, classCount, rows: 1)
      })
  }

  /// Trainable parameters.
  package var parameterCount: Int { cost.total.parameters }
  /// Multiply-accumulates for one image.
  package var multiplyAccumulates: Int { cost.total.multiplyAccumulates }
}
