/// Parameters and multiply-accumulates of one operator, for one image.
public struct OperatorCost: Hashable, Sendable {
  public var parameters: Int
  /// Multiply-accumulates of linear layers and attention products; norms, softmax and GELU are not counted.
  public var multiplyAccumulates: Int

  public init(parameters: Int = 0, multiplyAccumulates: Int = 0) {
    self.parameters = parameters
    self.multiplyAccumulates = multiplyAccumulates
  }

  public static func + (a: OperatorCost, b: OperatorCost) -> OperatorCost {
    OperatorCost(
      parameters: a.parameters + b.parameters, multiplyAccumulates: a.multiplyAccumulates + b.multiplyAccumulates)
  }

  /// A linear layer with bias, applied to `rows` rows.
  fileprivate static func linear(_ inputs: Int, _ outputs: Int, rows: Int) -> OperatorCost {
    OperatorCost(parameters: inputs * outputs + outputs, multiplyAccumulates: rows * inputs * outputs)
  }
}

/// The cost of one transformer block, operator by operator.
public struct BlockCost: Hashable, Sendable {
  /// Both LayerNorms.
  public var norms: OperatorCost
  /// Query, key and value projections.
  public var queryKeyValue: OperatorCost
  /// Both attention products.
  public var attention: OperatorCost
  /// Output projection of the attention.
  public var projection: OperatorCost
  /// Both layers of the MLP.
  public var mlp: OperatorCost

  public var total: OperatorCost { norms + queryKeyValue + attention + projection + mlp }

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
public struct ArchitectureCost: Hashable, Sendable {
  /// Patch embedding, tokens and positions.
  public var embedding: OperatorCost
  public var blocks: [BlockCost]
  /// Final norm and classification heads.
  public var head: OperatorCost

  public var total: OperatorCost { blocks.reduce(embedding + head) { $0 + $1.total } }
}

extension Architecture {
  /// Exact cost by operator. Every token row of every block is counted, as published figures do, also where the
  /// engine can leave some out.
  public var cost: ArchitectureCost {
    ArchitectureCost(
      embedding: OperatorCost.linear(patchValues, embedding, rows: patchCount)
        + OperatorCost(parameters: (prefixTokenCount + tokenCount) * embedding),
      blocks: blocks.map { BlockCost($0, embedding: embedding, tokens: tokenCount) },
      head: (0..<prefixTokenCount).reduce(OperatorCost(parameters: 2 * embedding)) { sum, _ in
        sum + .linear(embedding, classCount, rows: 1)
      })
  }

  /// Trainable parameters.
  public var parameterCount: Int { cost.total.parameters }
  /// Multiply-accumulates for one image.
  public var multiplyAccumulates: Int { cost.total.multiplyAccumulates }
}
