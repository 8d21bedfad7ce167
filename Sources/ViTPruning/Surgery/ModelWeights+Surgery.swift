internal import ViTArchitecture
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
      let source = pointer + tensor.entry.offset
      let width = tensor.columns.count
      let columns = tensor.columns.indices(keeping: kept)
      var destination = result.pointer + target.offset
      for row in tensor.rows.indices(keeping: kept) {
        let from = source + row * width
        for (index, column) in columns.enumerated() { destination[index] = from[column] }
        destination += columns.count
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
    result.pointer.update(from: pointer, count: table.floatCount)
    for entry in result.table.entries {
      guard case .queryKeyValue(let block) = entry.rowUnit, scales[block] != first else { continue }
      let shape = architecture.blocks[block]
      let queries = shape.heads * shape.queryKey * (entry.count / entry.shape[0])
      let ratio = scales[block] / first
      for index in entry.offset..<entry.offset + queries {
        result.pointer[index] = Float(Double(result.pointer[index]) * ratio)
      }
    }
    return result
  }
}
