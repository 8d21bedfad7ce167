internal import CViTKernels

/// Matrix products, all of the form C (+)= A B, with an epilogue on each tile while it is in registers.
package enum MatrixProduct {
  /// What happens to the product before it is stored.
  package enum Epilogue {
    /// C = A B + bias
    case store
    /// C += A B + bias
    case accumulate
    /// C = gelu(A B + bias), and the derivative there into the matrix given.
    case geluWithDerivative(Matrix)
    /// C = gelu(A B + bias)
    case gelu
    /// C = (A B) * D, elementwise.
    case multiply(Matrix)
  }

  /// C = A B for a packed B.
  ///
  /// - Parameters:
  ///   - a: (rows, inner)
  ///   - packed: B, (inner, columns).
  ///   - bias: (columns), or nil.
  ///   - c: (rows, columns), as the epilogue's matrix.
  package static func withPacked(
    _ kernels: KernelSet, a: Matrix, packed: PackedMatrix, bias: Vector?, into c: Matrix, epilogue: Epilogue = .store
  ) {
    ShapeCheck.shape("MatrixProduct.withPacked", "A", a, rows: c.rows, columns: packed.inner)
    ShapeCheck.equal("MatrixProduct.withPacked", "columns of C", c.columns, packed.columns)
    if let bias { ShapeCheck.equal("MatrixProduct.withPacked", "elements of the bias", bias.count, c.columns) }
    var product = nvit_product()
    product.rows = Int64(c.rows)
    product.columns = Int64(c.columns)
    product.inner = Int64(a.columns)
    product.a = UnsafePointer(a.base)
    product.a_row_stride = Int64(a.stride)
    product.a_inner_stride = 1
    product.b = UnsafePointer(packed.base)
    product.bias = bias.map { UnsafePointer($0.base) }
    product.c = c.base
    product.c_stride = Int64(c.stride)
    switch epilogue {
    case .store: product.epilogue = NVIT_STORE
    case .accumulate: product.epilogue = NVIT_ACCUMULATE
    case .gelu: product.epilogue = NVIT_GELU_ONLY
    case .geluWithDerivative(let d):
      product.epilogue = NVIT_GELU
      setSecond(d, of: &product, like: c)
    case .multiply(let d):
      product.epilogue = NVIT_MULTIPLY
      setSecond(d, of: &product, like: c)
    }
    kernels.functions.pointee.product(&product)
  }

  private static func setSecond(_ d: Matrix, of product: inout nvit_product, like c: Matrix) {
    ShapeCheck.shape("MatrixProduct.withPacked", "the epilogue's matrix", d, rows: c.rows, columns: c.columns)
    product.d = d.base
    product.d_stride = Int64(d.stride)
  }

  /// C = A^T B, the gradient of a weight: A holds output gradients (rows, outputs), B inputs (rows, inputs).
  ///
  /// - Parameter c: (outputs, inputs)
  package static func transposed(_ kernels: KernelSet, a: Matrix, b: Matrix, into c: Matrix) {
    ShapeCheck.equal("MatrixProduct.transposed", "rows of B", b.rows, a.rows)
    ShapeCheck.shape("MatrixProduct.transposed", "C", c, rows: a.columns, columns: b.columns)
    var product = nvit_product()
    product.rows = Int64(c.rows)
    product.columns = Int64(c.columns)
    product.a_row_stride = 1
    product.a_inner_stride = Int64(a.stride)
    product.b_stride = Int64(b.stride)
    product.c = c.base
    product.c_stride = Int64(c.stride)
    // Pieces of the long inner dimension that stay in the second-level cache.
    var start = 0
    while start < a.rows {
      let count = min(512, a.rows - start)
      product.inner = Int64(count)
      product.a = UnsafePointer(a.base + start * a.stride)
      product.b = UnsafePointer(b.base + start * b.stride)
      product.epilogue = start == 0 ? NVIT_STORE : NVIT_ACCUMULATE
      kernels.functions.pointee.product(&product)
      start += count
    }
  }
}
