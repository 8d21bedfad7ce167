/// Writes cropped, flipped, erased and normalised images.
///
/// The one place that computes with pointers: plans and rectangles lie within the image by construction.
struct ImageRenderer {
  let pixels: UnsafePointer<UInt8>
  let channels: Int
  let size: Int

  /// Writes a part of an image; what is erased becomes zero.
  func write(
    _ plan: ImagePlan, rows: Range<Int>, columns: Range<Int>, table: NormalizationTable,
    to image: UnsafeMutablePointer<Float>
  ) {
    render(plan, rows: rows, columns: columns, table: table, to: image, adds: false)
  }

  /// Adds a part of an image to what is there; what is erased adds nothing.
  func add(
    _ plan: ImagePlan, rows: Range<Int>, columns: Range<Int>, table: NormalizationTable,
    to image: UnsafeMutablePointer<Float>
  ) {
    render(plan, rows: rows, columns: columns, table: table, to: image, adds: true)
  }

  /// - Parameter image: (channels, size, size)
  @inline(__always)
  private func render(
    _ plan: ImagePlan, rows: Range<Int>, columns: Range<Int>, table: NormalizationTable,
    to image: UnsafeMutablePointer<Float>, adds: Bool
  ) {
    let erased = plan.erasedColumns.clamped(to: columns)
    for channel in 0..<channels {
      let values = table.channel(channel)
      let plane = pixels + (plan.image * channels + channel) * size * size
      for row in rows {
        let target = image + (channel * size + row) * size
        let sourceRow = row + plan.cropRow
        let source = (0..<size).contains(sourceRow) ? plane + sourceRow * size : nil
        if plan.erasedRows.contains(row), !erased.isEmpty {
          let left = columns.lowerBound..<erased.lowerBound
          let right = erased.upperBound..<columns.upperBound
          renderRow(plan, source, columns: left, values, to: target, adds: adds)
          renderRow(plan, source, columns: right, values, to: target, adds: adds)
          if !adds { (target + erased.lowerBound).update(repeating: 0, count: erased.count) }
        } else {
          renderRow(plan, source, columns: columns, values, to: target, adds: adds)
        }
      }
    }
  }

  /// - Parameters:
  ///   - source: The row of the image that is read, nil when it lies in the padding.
  ///   - values: The normalised pixel values of the channel.
  @inline(__always)
  private func renderRow(
    _ plan: ImagePlan, _ source: UnsafePointer<UInt8>?, columns: Range<Int>, _ values: UnsafePointer<Float>,
    to target: UnsafeMutablePointer<Float>, adds: Bool
  ) {
    func put(_ value: Float, at column: Int) {
      if adds { target[column] += value } else { target[column] = value }
    }
    let padding = values[0]
    guard let source else {
      for column in columns { put(padding, at: column) }
      return
    }
    // The columns that show the image; a flip mirrors the crop.
    let start = plan.isFlipped ? plan.cropColumn : -plan.cropColumn
    let shown = (start..<start + size).clamped(to: columns)
    for column in columns.lowerBound..<shown.lowerBound { put(padding, at: column) }
    if plan.isFlipped {
      let last = size - 1 + plan.cropColumn
      for column in shown { put(values[Int(source[last &- column])], at: column) }
    } else {
      for column in shown { put(values[Int(source[column &+ plan.cropColumn])], at: column) }
    }
    for column in shown.upperBound..<columns.upperBound { put(padding, at: column) }
  }
}
