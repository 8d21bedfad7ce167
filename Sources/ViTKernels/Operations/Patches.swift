/// How images are cut into patches, one row of pixels for each.
package struct Patches {
  package let channels: Int
  /// Sides in pixels.
  package let imageSize: Int
  package let patchSize: Int
  /// Rows before the patches of each image, which are left as they are.
  package let prefixRows: Int

  package init(channels: Int, imageSize: Int, patchSize: Int, prefixRows: Int) {
    self.channels = channels
    self.imageSize = imageSize
    self.patchSize = patchSize
    self.prefixRows = prefixRows
  }

  /// Copies pixels into rows of patches.
  ///
  /// - Parameters:
  ///   - images: (images, channels, size, size)
  ///   - rows: Some of the (images (prefix rows + patches), channels patch patch) rows, those from `first` on.
  ///   - first: Row of the batch that `rows` begin with.
  package func gather(_ images: Vector, into rows: Matrix, from first: Int = 0) {
    let side = imageSize / patchSize
    let tokens = prefixRows + side * side
    let plane = imageSize * imageSize
    let count = images.count / max(1, channels * plane)
    ShapeCheck.equal("Patches.gather", "floats of whole images", count * channels * plane, images.count)
    ShapeCheck.equal("Patches.gather", "columns of the rows", rows.columns, channels * patchSize * patchSize)
    ShapeCheck.range("Patches.gather", "rows", from: first, to: first + rows.rows, of: count * tokens)
    for row in first..<first + rows.rows {
      let patch = row % tokens - prefixRows
      guard patch >= 0 else { continue }
      var target = rows.base + (row - first) * rows.stride
      let corner = patch / side * patchSize * imageSize + patch % side * patchSize
      var channel = images.base + row / tokens * channels * plane + corner
      for _ in 0..<channels {
        var source = channel
        for _ in 0..<patchSize {
          target.update(from: source, count: patchSize)
          target += patchSize
          source += imageSize
        }
        channel += plane
      }
    }
  }
}
