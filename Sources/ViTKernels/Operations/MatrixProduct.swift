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
  ///   - packed: B (inner, columns) as `pack` left it.
  ///   - bias: `columns` floats, or nil.
  ///   - c: (rows, columns)
  package static func withPacked(
    _ kernels: KernelSet, a: Matrix, packed: UnsafePointer<Float>, bias: UnsafePointer<Float>?, into c: Matrix,
    epilogue: Epilogue = .store
  ) {
    var product = nvit_product()
    product.rows = Int64(c.rows)
    product.columns = Int64(c.columns)
    product.inner = Int64(a.columns)
    product.a = UnsafePointer(a.pointer)
    product.a_row_stride = Int64(a.stride)
    product.a_inner_stride = 1
    product.b = packed
    product.bias = bias
    product.c = c.pointer
    product.c_stride = Int64(c.stride)
    switch epilogue {
    case .store: product.epilogue = NVIT_STORE
    case .accumulate: product.epilogue = NVIT_ACCUMULATE
    case .gelu: product.epilogue = NVIT_GELU_ONLY
    case .geluWithDerivative(let d):
      product.epilogue = NVIT_GELU
      product.d = d.pointer
      product.d_stride = Int64(d.stride)
    case .multiply(let d):
      product.epilogue = NVIT_MULTIPLY
      product.d = d.pointer
      product.d_stride = Int64(d.stride)
    }
    kernels.functions.pointee.product(&product)
  }

  /// C = A^T B, the gradient of a weight: A holds output gradients (rows, outputs), B inputs (rows, inputs).
  ///
  /// - Parameter c: (outputs, inputs)
  package static func transposed(_ kernels: KernelSet, a: Matrix, b: Matrix, into c: Matrix) {
    var product = nvit_product()
    product.rows = Int64(c.rows)
    product.columns = Int64(c.columns)
    product.a_row_stride = 1
    product.a_inner_stride = Int64(a.stride)
    product.b_stride = Int64(b.stride)
    product.c = c.pointer
    product.c_stride = Int64(c.stride)
    // Pieces of the long inner dimension that stay in the second-level cache.
    var start = 0
    while start < a.rows {
      let count = min(512, a.rows - start)
      product.inner = Int64(count)
      product.a = UnsafePointer(a.pointer + start * a.stride)
      product.b = UnsafePointer(b.pointer + start * b.stride)
      product.epilogue = start == 0 ? NVIT_STORE : NVIT_ACCUMULATE
      kernels.functions.pointee.product(&product)
      start += count
    }
  }

  /// Floats that a packed B needs.
  package static func packedCount(inner: Int, columns: Int) -> Int { inner * ((columns + 15) / 16 * 16) }

  /// Packs B (inner, columns), element (p, j) at `source[p * innerStride + j * columnStride]`, scaled by
  /// `innerScale[p]` and `columnScale[j]` where given.
  package static func pack(
    _ kernels: KernelSet, source: UnsafePointer<Float>, innerStride: Int, columnStride: Int, inner: Int, columns: Int,
    innerScale: UnsafePointer<Float>? = nil, columnScale: UnsafePointer<Float>? = nil,
    into packed: UnsafeMutablePointer<Float>
  ) {
    kernels.functions.pointee.pack(
      source, Int64(innerStride), Int64(columnStride), Int64(inner), Int64(columns), innerScale, columnScale, packed)
  }
}
