/// Writes cropped, flipped, erased and normalised images of a set.
struct ImageRenderer {
  private let pixels: [UInt8]
  private let channels: Int
  private let size: Int

  init(_ set: ImageSet) {
    pixels = set.pixels
    channels = set.channels
    size = set.imageSize
  }

  /// All of an image.
  var whole: BatchMix.Box { BatchMix.Box(rows: 0..<size, columns: 0..<size) }

  /// Writes a part of an image; what is erased becomes zero.
  ///
  /// - Parameters:
  ///   - images: (images, channels, size, size)
  ///   - place: Which of them.
  func write(
    _ plan: ImagePlan, _ box: BatchMix.Box, _ table: NormalizationTable, to images: inout MutableSpan<Float>,
    at place: Int
  ) {
    render(plan, box, table, to: &images, at: place, adds: false)
  }

  /// Adds a part of an image to what is there; what is erased adds nothing.
  func add(
    _ plan: ImagePlan, _ box: BatchMix.Box, _ table: NormalizationTable, to images: inout MutableSpan<Float>,
    at place: Int
  ) {
    render(plan, box, table, to: &images, at: place, adds: true)
  }

  /// A row of an image's channel.
  private struct Line {
    /// Index of the row's first pixel; nil when the row lies in the padding.
    let source: Int?
    /// Index of the row's first value in the images that are written.
    let target: Int
    /// Index of the channel's values in the table.
    let values: Int
  }

  @inline(__always)
  private func render(
    _ plan: ImagePlan, _ box: BatchMix.Box, _ table: NormalizationTable, to images: inout MutableSpan<Float>,
    at place: Int, adds: Bool
  ) {
    let erased = plan.erasedColumns.clamped(to: box.columns)
    let values = table.values.span
    for channel in 0..<channels {
      let plane = (plan.image * channels + channel) * size
      for row in box.rows {
        let sourceRow = row + plan.cropRow
        let line = Line(
          source: (0..<size).contains(sourceRow) ? (plane + sourceRow) * size : nil,
          target: ((place * channels + channel) * size + row) * size, values: 256 * channel)
        if plan.erasedRows.contains(row), !erased.isEmpty {
          let left = box.columns.lowerBound..<erased.lowerBound
          let right = erased.upperBound..<box.columns.upperBound
          render(plan, line, left, values, to: &images, adds: adds)
          render(plan, line, right, values, to: &images, adds: adds)
          if !adds {
            for column in erased { images[line.target + column] = 0 }
          }
        } else {
          render(plan, line, box.columns, values, to: &images, adds: adds)
        }
      }
    }
  }

  @inline(__always)
  private func render(
    _ plan: ImagePlan, _ line: Line, _ columns: Range<Int>, _ values: Span<Float>,
    to images: inout MutableSpan<Float>, adds: Bool
  ) {
    let padding = values[line.values]
    guard let source = line.source else {
      fill(columns, padding, line, in: &images, adds: adds)
      return
    }
    // The columns that show the image; a flip mirrors the crop.
    let start = plan.isFlipped ? plan.cropColumn : -plan.cropColumn
    let shown = (start..<start + size).clamped(to: columns)
    fill(columns.lowerBound..<shown.lowerBound, padding, line, in: &images, adds: adds)
    let pixels = pixels.span
    let (first, step) = plan.isFlipped ? (source + size - 1 + plan.cropColumn, -1) : (source + plan.cropColumn, 1)
    for column in shown {
      let value = values[line.values &+ Int(pixels[first &+ step &* column])]
      if adds { images[line.target &+ column] += value } else { images[line.target &+ column] = value }
    }
    fill(shown.upperBound..<columns.upperBound, padding, line, in: &images, adds: adds)
  }

  @inline(__always)
  private func fill(
    _ columns: Range<Int>, _ value: Float, _ line: Line, in images: inout MutableSpan<Float>, adds: Bool
  ) {
    for column in columns {
      if adds { images[line.target &+ column] += value } else { images[line.target &+ column] = value }
    }
  }
}
