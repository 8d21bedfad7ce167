internal import ViTArchitecture
internal import ViTKernels
package import ViTTraining

extension ModelWeights {
  /// The model of the units that are left: every row and column of the others cut out.
  ///
  /// The LayerNorms of the result see only what is left, as those of a masked model with statistics over live
  /// channels would, so both compute the same.
  ///
  /// - Parameter kept: Of this model's architecture, whose attention scale is fixed.
  package func keeping(_ kept: KeptUnits) -> ModelWeights {
    precondition(kept.fits(architecture), "the kept units are not those of this architecture")
    let result = ModelWeights(zeroed: architecture.keeping(kept))
    for (tensor, target) in zip(UnitTensor.tensors(of: architecture, table), result.table.entries) {
      let width = tensor.columns.count
      let columns = tensor.columns.indices(keeping: kept)
      let rows = tensor.rows.indices(keeping: kept)
      arena[tensor.entry.range].withSpan { source in
        result.arena[target.range].withMutableSpan { destination in
          var place = 0
          for row in rows {
            for column in columns {
              destination[place] = source[row * width + column]
              place += 1
            }
          }
        }
      }
    }
    return result
  }

  /// The same model with an attention scale that stays what it is when query/key dimensions are removed.
  ///
  /// Where blocks differ in their query/key width, the ratio to the first block's scale goes into the queries'
  /// weights.
  package func withFixedAttentionScale() -> ModelWeights {
    var architecture = architecture
    let scales = architecture.blocks.map { architecture.attentionScale.factor(queryKey: $0.queryKey) }
    let first = scales.first ?? 1
    architecture.attentionScale = .fixed(first)
    let result = ModelWeights(zeroed: architecture)
    result.arena.vector.copy(from: arena.vector)
    for entry in result.table.entries {
      guard case .queryKeyValue(let block) = entry.rowUnit, scales[block] != first else { continue }
      let shape = architecture.blocks[block]
      let queries = shape.heads * shape.queryKey * (entry.count / entry.shape[0])
      let ratio = scales[block] / first
      result.arena[entry.offset..<entry.offset + queries].withMutableSpan { weights in
        for index in weights.indices { weights[index] = Float(Double(weights[index]) * ratio) }
      }
    }
    return result
  }
}
