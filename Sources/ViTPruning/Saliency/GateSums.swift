internal import ViTKernels
package import ViTTraining

/// Sums products of two arenas, element by element, over the scored tensors of each unit; with weights and gradient
/// that is the gradient of the loss in the units' gates, at gates of one.
///
/// Each scored tensor is read once, by one task, which leaves the sums of its rows and columns; these are then added
/// up in the tensors' order. So the result does not depend on the number of threads, and nothing is allocated.
package final class GateSums: ParallelJob {
  /// A scored tensor and where its sums go.
  private struct Part {
    let offset: Int
    let rows: Int
    let columns: Int
    /// Index of the first row's sum.
    let rowSums: Int
    /// Index of the first column's sum; nil where columns are not scored.
    let columnSums: Int?
    /// The unit of the first column.
    let columnUnit: Int
  }

  package let unitCount: Int
  /// The result, one number for each unit.
  package let sums: UnsafeMutablePointer<Double>

  private let parts: [Part]
  private let rowSums: UnsafeMutablePointer<Double>
  private let columnSums: UnsafeMutablePointer<Float>
  /// The units that each row sum counts for, -1 where there is no first or second one. (rows, 2)
  private let rowUnits: UnsafeMutablePointer<Int32>
  private let rowCount: Int
  private let columnCount: Int

  // What the sum in progress reads.
  private var first: UnsafePointer<Float>?
  private var second: UnsafePointer<Float>?

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
          offset: tensor.entry.offset, rows: tensor.rows.count, columns: tensor.columns.count,
          rowSums: units.count / 2, columnSums: scoresColumns ? columns : nil,
          columnUnit: layout.range(of: .embedding).lowerBound))
      if scoresColumns { columns += tensor.columns.count }
      for segment in tensor.rows.segments {
        for index in 0..<segment.count { units += GateSums.units(of: index, in: segment, layout) }
      }
    }
    self.parts = parts
    rowCount = units.count / 2
    columnCount = columns
    rowUnits = .allocate(capacity: max(1, units.count))
    rowUnits.initialize(from: units, count: units.count)
    rowSums = .allocate(capacity: max(1, rowCount))
    rowSums.initialize(repeating: 0, count: max(1, rowCount))
    columnSums = .allocate(capacity: max(1, columns))
    columnSums.initialize(repeating: 0, count: max(1, columns))
    sums = .allocate(capacity: max(1, unitCount))
    sums.initialize(repeating: 0, count: max(1, unitCount))
  }

  deinit {
    rowUnits.deallocate()
    rowSums.deallocate()
    columnSums.deallocate()
    sums.deallocate()
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
  package func sum(_ first: UnsafePointer<Float>, _ second: UnsafePointer<Float>, on engine: TrainingEngine) {
    self.first = first
    self.second = second
    engine.perform(self, count: parts.count)
    self.first = nil
    self.second = nil
    sums.update(repeating: 0, count: unitCount)
    for row in 0..<rowCount {
      let value = rowSums[row]
      let (unit, other) = (Int(rowUnits[2 * row]), Int(rowUnits[2 * row + 1]))
      if unit >= 0 { sums[unit] += value }
      if other >= 0 { sums[other] += value }
    }
    for part in parts {
      guard let start = part.columnSums else { continue }
      for column in 0..<part.columns { sums[part.columnUnit + column] += Double(columnSums[start + column]) }
    }
  }

  package func run(task: Int, worker: Int) {
    guard let first, let second else { return }
    let part = parts[task]
    let (a, b) = (first + part.offset, second + part.offset)
    let rows = rowSums + part.rowSums
    guard let start = part.columnSums else {
      for row in 0..<part.rows { rows[row] = sum(a + row * part.columns, b + row * part.columns, part.columns) }
      return
    }
    let columns = columnSums + start
    columns.update(repeating: 0, count: part.columns)
    for row in 0..<part.rows {
      rows[row] = sum(a + row * part.columns, b + row * part.columns, part.columns, addingTo: columns)
    }
  }

  private func sum(_ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ count: Int) -> Double {
    var lanes = SIMD8<Float>.zero
    let whole = count / 8 * 8
    for i in stride(from: 0, to: whole, by: 8) { lanes += GateSums.load(a + i) * GateSums.load(b + i) }
    var total = Double(lanes.sum())
    for i in whole..<count { total += Double(a[i] * b[i]) }
    return total
  }

  /// The same, and adds each product to its column's sum.
  private func sum(
    _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ count: Int, addingTo columns: UnsafeMutablePointer<Float>
  ) -> Double {
    var lanes = SIMD8<Float>.zero
    let whole = count / 8 * 8
    for i in stride(from: 0, to: whole, by: 8) {
      let product = GateSums.load(a + i) * GateSums.load(b + i)
      lanes += product
      UnsafeMutableRawPointer(columns + i).storeBytes(
        of: GateSums.load(columns + i) + product, as: SIMD8<Float>.self)
    }
    var total = Double(lanes.sum())
    for i in whole..<count {
      let product = a[i] * b[i]
      total += Double(product)
      columns[i] += product
    }
    return total
  }

  @inline(__always)
  private static func load(_ pointer: UnsafePointer<Float>) -> SIMD8<Float> {
    UnsafeRawPointer(pointer).loadUnaligned(as: SIMD8<Float>.self)
  }
}
