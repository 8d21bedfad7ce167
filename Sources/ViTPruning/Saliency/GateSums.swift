package import ViTKernels
package import ViTTraining

/// Sums products of two arenas, element by element, over the scored tensors of each unit; with weights and gradient
/// that is the gradient of the loss in the units' gates, at gates of one.
///
/// Each scored tensor is read once, by one task, which leaves the sums of its rows and columns; these are then added
/// up in the tensors' order. So the result does not depend on the number of threads, and nothing is allocated.
package final class GateSums: ParallelJob {
  /// A scored tensor and where its sums go.
  private struct Part {
    let range: Range<Int>
    let rows: Int
    let columns: Int
    /// Where the rows' sums are.
    let rowSums: Range<Int>
    /// Where the columns' sums are; nil where columns are not scored.
    let columnSums: Range<Int>?
    /// The unit of the first column.
    let columnUnit: Int
  }

  package let unitCount: Int
  /// The result, one number for each unit.
  package let sums: DoubleBuffer

  private let parts: [Part]
  private let rowSums: DoubleBuffer
  private let columnSums: FloatBuffer
  /// The units that each row sum counts for, -1 where there is no first or second one. (rows, 2)
  private let rowUnits: [Int32]

  // What the sum in progress reads.
  private var first: Vector?
  private var second: Vector?

  package init(_ weights: ModelWeights) {
    let layout = UnitLayout(weights.architecture)
    unitCount = layout.unitCount
    var parts: [Part] = []
    var units: [Int32] = []
    var columns = 0
    for tensor in UnitTensor.tensors(of: weights.architecture, weights.table) where tensor.isScored {
      let scoresColumns = tensor.columns.segments.contains { $0.scored == [.embedding] }
      parts.append(
        Part(
          range: tensor.entry.range, rows: tensor.rows.count, columns: tensor.columns.count,
          rowSums: units.count / 2..<units.count / 2 + tensor.rows.count,
          columnSums: scoresColumns ? columns..<columns + tensor.columns.count : nil,
          columnUnit: layout.range(of: .embedding).lowerBound))
      if scoresColumns { columns += tensor.columns.count }
      for segment in tensor.rows.segments {
        for index in 0..<segment.count { units += GateSums.units(of: index, in: segment, layout) }
      }
    }
    self.parts = parts
    rowUnits = units
    rowSums = DoubleBuffer(count: units.count / 2)
    columnSums = FloatBuffer(count: columns)
    sums = DoubleBuffer(count: unitCount)
  }

  /// The scored units of a row of a segment, as two numbers.
  private static func units(of index: Int, in segment: UnitTensor.Segment, _ layout: UnitLayout) -> [Int32] {
    var units: [Int32] = []
    for (position, list) in segment.lists.enumerated() where segment.scored.contains(list) {
      let inner = segment.lists.count > 1 ? segment.counts[1] : 1
      let unit = position == 0 ? index / inner : index % inner
      units.append(Int32(layout.range(of: list).lowerBound + unit))
    }
    return Array((units + [-1, -1]).prefix(2))
  }

  /// Fills `sums` on the engine's threads.
  ///
  /// - Parameters:
  ///   - first: An arena laid out as the model's weights.
  ///   - second: Another one, or the same.
  package func sum(_ first: Vector, _ second: Vector, on engine: TrainingEngine) {
    self.first = first
    self.second = second
    engine.perform(self, count: parts.count)
    self.first = nil
    self.second = nil
    sums.fill(0)
    for row in 0..<rowSums.count {
      let value = rowSums[row]
      let (unit, other) = (Int(rowUnits[2 * row]), Int(rowUnits[2 * row + 1]))
      if unit >= 0 { sums[unit] += value }
      if other >= 0 { sums[other] += value }
    }
    for part in parts {
      guard let range = part.columnSums else { continue }
      for (column, place) in range.enumerated() { sums[part.columnUnit + column] += Double(columnSums[place]) }
    }
  }

  package func run(task: Int, worker: Int) {
    guard let first, let second else { return }
    let part = parts[task]
    rowSums.withMutableSpan(of: part.rowSums) { rows in
      ProductSums.sum(
        first[part.range].matrix(rows: part.rows, columns: part.columns),
        second[part.range].matrix(rows: part.rows, columns: part.columns), rowSums: &rows,
        columnSums: part.columnSums.map { columnSums[$0] })
    }
  }
}
