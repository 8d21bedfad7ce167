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
  ///   - rows: (images (prefix rows + patches), channels patch patch)
  package func gather(_ images: Vector, into rows: Matrix) {
    let side = imageSize / patchSize
    let tokens = prefixRows + side * side
    let floats = channels * imageSize * imageSize
    let count = images.count / max(1, floats)
    ShapeCheck.equal("Patches.gather", "floats of whole images", count * floats, images.count)
    ShapeCheck.shape(
      "Patches.gather", "rows", rows, rows: count * tokens, columns: channels * patchSize * patchSize)
    for image in 0..<count {
      for channel in 0..<channels {
        let plane = images.base + (image * channels + channel) * imageSize * imageSize
        for y in 0..<side * patchSize {
          let firstRow = image * tokens + prefixRows + y / patchSize * side
          let column = (channel * patchSize + y % patchSize) * patchSize
          var target = rows.base + firstRow * rows.stride + column
          var source = plane + y * imageSize
          for _ in 0..<side {
            target.update(from: source, count: patchSize)
            target += rows.stride
            source += patchSize
          }
        }
      }
    }
  }
}
