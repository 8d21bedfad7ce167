internal import CViTKernels

/// Passes over whole arrays.
package enum ArrayOperations {
  /// `sums[j]` = sum over the rows of `x[r][j]`.
  ///
  /// - Parameter sums: (columns)
  package static func columnSums(_ kernels: KernelSet, _ x: Matrix, into sums: Vector) {
    ShapeCheck.equal("ArrayOperations.columnSums", "elements of the sums", sums.count, x.columns)
    kernels.functions.pointee.column_sums(x.base, Int64(x.stride), Int64(x.rows), Int64(x.columns), sums.base)
  }

  /// target += source, row by row; both of one shape.
  package static func add(_ kernels: KernelSet, _ source: Matrix, to target: Matrix) {
    ShapeCheck.shape("ArrayOperations.add", "source", source, rows: target.rows, columns: target.columns)
    for row in 0..<target.rows {
      kernels.functions.pointee.add_scaled(
        source.base + row * source.stride, 1, Int64(target.columns), target.base + row * target.stride)
    }
  }

  /// target += scale * source, where each scale is for as many rows as any other; both of one shape.
  ///
  /// - Parameter scales: Their number divides that of the rows.
  package static func add(_ kernels: KernelSet, _ source: Matrix, scales: Vector, to target: Matrix) {
    ShapeCheck.shape("ArrayOperations.add", "source", source, rows: target.rows, columns: target.columns)
    let each = target.rows / max(1, scales.count)
    ShapeCheck.equal("ArrayOperations.add", "rows of all scales", scales.count * each, target.rows)
    for row in 0..<target.rows {
      kernels.functions.pointee.add_scaled(
        source.base + row * source.stride, scales.base[row / each], Int64(target.columns),
        target.base + row * target.stride)
    }
  }

  /// Exact GELU, x Phi(x), and its derivative, elementwise; all of one length.
  package static func gelu(_ kernels: KernelSet, _ x: Vector, value: Vector, derivative: Vector) {
    ShapeCheck.equal("ArrayOperations.gelu", "elements of the value", value.count, x.count)
    ShapeCheck.equal("ArrayOperations.gelu", "elements of the derivative", derivative.count, x.count)
    kernels.functions.pointee.gelu(x.base, Int64(x.count), value.base, derivative.base)
  }

  /// Adds up the rows of `parts` in order.
  ///
  /// - Parameters:
  ///   - parts: (parts, columns)
  ///   - target: (columns); may be the first row.
  /// - Returns: The sum of squares of the result.
  package static func reduce(_ kernels: KernelSet, _ parts: Matrix, into target: Vector) -> Double {
    ShapeCheck.equal("ArrayOperations.reduce", "elements of the target", target.count, parts.columns)
    // On the stack for the few parts that there are.
    return withUnsafeTemporaryAllocation(of: UnsafePointer<Float>?.self, capacity: parts.rows) { rows in
      for row in 0..<parts.rows { rows.initializeElement(at: row, to: UnsafePointer(parts.base + row * parts.stride)) }
      return kernels.functions.pointee.reduce(
        rows.baseAddress, Int64(parts.rows), 0, Int64(parts.columns), target.base)
    }
  }

  /// The sum of squares in double precision.
  package static func sumOfSquares(_ x: Vector) -> Double {
    var sums = SIMD8<Double>.zero
    let whole = x.count / 8 * 8
    for i in stride(from: 0, to: whole, by: 8) {
      let part = SIMD8<Double>(UnsafeRawPointer(x.base + i).loadUnaligned(as: SIMD8<Float>.self))
      sums += part * part
    }
    var total = sums.sum()
    for i in whole..<x.count { total += Double(x.base[i]) * Double(x.base[i]) }
    return total
  }

  /// average = decay * average + (1 - decay) * weights.
  ///
  /// - Parameter average: As long as `weights`.
  package static func movingAverage(_ kernels: KernelSet, of weights: Vector, decay: Float, into average: Vector) {
    ShapeCheck.equal("ArrayOperations.movingAverage", "elements of the average", average.count, weights.count)
    kernels.functions.pointee.average(weights.base, decay, Int64(weights.count), average.base)
  }

  /// x = (x + other) / 2; both of one shape.
  package static func average(_ x: Matrix, with other: Matrix) {
    ShapeCheck.shape("ArrayOperations.average", "the other matrix", other, rows: x.rows, columns: x.columns)
    for row in 0..<x.rows {
      let (values, others) = (x.base + row * x.stride, other.base + row * other.stride)
      for column in 0..<x.columns { values[column] = 0.5 * (values[column] + others[column]) }
    }
  }

  /// Sets the elements that are not kept to zero, bit for bit.
  ///
  /// - Parameter isKept: One for each element.
  package static func keep(_ x: Vector, where isKept: Span<Bool>) {
    ShapeCheck.equal("ArrayOperations.keep", "flags", isKept.count, x.count)
    isKept.withUnsafeBufferPointer { isKept in
      // Chosen, not multiplied: what is there may be no number. Without a branch, the loop is vectorised.
      for index in 0..<x.count { x.base[index] = isKept[index] ? x.base[index] : 0 }
    }
  }
}
