package import ViTArchitecture
package import ViTNumerics

/// Predicts latency as the sum of block latencies from a table, interpolated multilinearly.
///
/// Patch embedding, final norm and heads are not in such a table, so they are not in the prediction.
package struct LatencyTable: LatencyPredictor, Hashable {
  /// How a table's file is written.
  package enum Format: String, Hashable, Sendable, Codable, CaseIterable {
    /// NViT's nested JSON: `EMB_e` -> `QK_h_q` -> `V_v` -> `MLP_m` -> seconds. An MLP width of 1 stands for 0, and an
    /// embedding of 0 is taken to cost nothing, which makes predictions below the smallest embedding optimistic.
    case nested
    /// Comma-separated values with the header `embedding,heads,query_key,value,mlp_hidden,seconds`.
    case csv
  }

  /// Under which conditions the times hold, as stated at import.
  package internal(set) var conditions: LatencyConditions
  /// Length of the token sequence that the times hold for; nil if not stated, and then not checked.
  package internal(set) var tokenCount: Int?
  /// Whether times were raised so that they never fall when a dimension grows.
  package internal(set) var isMonotone: Bool
  var grid: TableGrid

  /// Reads an imported file's text.
  ///
  /// - Parameter monotone: Raise each time to the largest of all points with no larger dimensions.
  /// - Throws: `LatencyError` that names the key path or line of what is wrong.
  package init(
    importing text: String, format: Format, conditions: LatencyConditions, tokenCount: Int? = nil,
    monotone: Bool = false
  ) throws(LatencyError) {
    let grid =
      switch format {
      case .nested: try NestedTableParser.grid(from: text)
      case .csv: try CSVTableParser.grid(from: text)
      }
    self.conditions = conditions
    self.tokenCount = tokenCount
    self.isMonotone = monotone
    self.grid = monotone ? grid.monotone : grid
  }

  /// Number of times in the table.
  package var pointCount: Int { grid.seconds.count }

  /// - Throws: `LatencyError` that names the dimension that leaves the table; its uncertainty is not known.
  package func predict(_ architecture: Architecture) throws -> Estimate {
    if let tokenCount, architecture.tokenCount != tokenCount {
      throw LatencyError(
        .outOfRange, "the architecture has \(architecture.tokenCount) tokens, the latency table holds for \(tokenCount)"
      )
    }
    var seconds = 0.0
    for (index, block) in architecture.blocks.enumerated() {
      do throws(LatencyError) {
        seconds += try self.seconds(of: block, embedding: architecture.embedding)
      } catch {
        throw LatencyError(error.code, "block \(index + 1): \(error.description)")
      }
    }
    return Estimate(predictedSeconds: seconds)
  }

  package func compiled(for frame: Architecture) -> (any CompiledLatency)? {
    if let tokenCount, frame.tokenCount != tokenCount { return nil }
    return CompiledLatencyTable(grid: grid)
  }

  /// What one block takes for one batch.
  package func seconds(of block: Architecture.Block, embedding: Int) throws(LatencyError) -> Double {
    try grid.seconds(at: [embedding, block.heads, block.queryKey, block.value, block.mlpHidden])
  }
}
