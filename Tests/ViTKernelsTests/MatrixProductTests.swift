import Testing
import ViTKernels
import ViTNumerics

@Suite struct `Matrix products` {
  private static let innerSizes = [1, 2, 17, 64]

  /// A product's operands, the result in double precision, and what roundoff may add to it.
  private struct Operands {
    let a: OwnedMatrix
    let b: OwnedMatrix
    let c: OwnedMatrix
    let d: OwnedMatrix
    let bias: OwnedMatrix
    let plain: Reference.DoubleMatrix
    let biased: Reference.DoubleMatrix
    /// Each of inner + 1 additions and a product rounds once: at most (inner + 2) roundoffs of the sum of magnitudes.
    let bound: Reference.DoubleMatrix

    init(rows: Int, columns: Int, inner: Int, _ random: inout CounterRandom) {
      a = OwnedMatrix(rows: rows, columns: inner, random: &random, guardValue: .nan)
      b = OwnedMatrix(rows: inner, columns: columns, random: &random, guardValue: .nan)
      c = OwnedMatrix(rows: rows, columns: columns, random: &random, guardValue: 7)
      d = OwnedMatrix(rows: rows, columns: columns, random: &random, guardValue: 7)
      bias = OwnedMatrix(rows: 1, columns: columns, random: &random, guardValue: .nan)
      plain = Reference.product(a.double, b.double)
      let bias = bias.double
      biased = Reference.product(a.double, b.double, bias: bias.values)
      let magnitudes = Reference.product(a.double.map(abs), b.double.map(abs), bias: bias.map(abs).values)
      bound = magnitudes.combined(with: c.double) { Double(inner + 2) * roundoff * ($0 + abs($1)) }
    }

    /// B in panels; where `isTransposed`, packed from a copy of its transpose.
    func packed(_ kernels: KernelSet, isTransposed: Bool) -> OwnedPacking {
      let (inner, columns) = (b.matrix.rows, b.matrix.columns)
      let packed = OwnedPacking(inner: inner, columns: columns)
      if isTransposed {
        let turned = OwnedMatrix(rows: columns, columns: inner, guardValue: .nan)
        for p in 0..<inner {
          for j in 0..<columns { turned.matrix[j, p] = b.matrix[p, j] }
        }
        packed.matrix.pack(kernels, turned.matrix, isTransposed: true)
      } else {
        packed.matrix.pack(kernels, b.matrix)
      }
      return packed
    }
  }

  /// Calls `body` for every edge size: rows 1 to 25, columns 1 to 35, and four inner sizes.
  private func forEverySize(_ body: (Operands, String) -> Void) {
    var random = CounterRandom(seed: 1, purpose: "matrix products")
    for rows in 1...25 {
      for columns in 1...35 {
        for inner in Self.innerSizes where inner < 64 || (rows + columns) % 4 == 0 {
          body(Operands(rows: rows, columns: columns, inner: inner, &random), "\(rows) x \(columns) x \(inner)")
        }
      }
    }
  }

  @Test(arguments: KernelSet.available)
  func `Storing and accumulating equal the reference at every edge size`(kernels: KernelSet) {
    forEverySize { operands, size in
      let packed = operands.packed(kernels, isTransposed: false)
      let accumulated = operands.biased.combined(with: operands.c.double, +)
      MatrixProduct.withPacked(
        kernels, a: operands.a.matrix, packed: packed.matrix, bias: operands.bias.row,
        into: operands.c.matrix, epilogue: .accumulate)
      #expect(worstError(operands.c.double, accumulated, bound: operands.bound) <= 1, "accumulate \(size)")
      MatrixProduct.withPacked(
        kernels, a: operands.a.matrix, packed: packed.matrix, bias: nil, into: operands.c.matrix)
      #expect(worstError(operands.c.double, operands.plain, bound: operands.bound) <= 1, "store \(size)")
      #expect(operands.c.paddingIs(7), "padding \(size)")
    }
  }

  @Test(arguments: KernelSet.available)
  func `GELU and multiplying equal the reference at every edge size`(kernels: KernelSet) {
    forEverySize { operands, size in
      let packed = operands.packed(kernels, isTransposed: true)
      let (a, bias, c, d) = (operands.a.matrix, operands.bias.row, operands.c.matrix, operands.d.matrix)
      let multiplied = operands.plain.combined(with: operands.d.double, *)
      let multipliedBound = operands.bound.combined(with: operands.d.double) { 2 * $0 * abs($1) }
      MatrixProduct.withPacked(
        kernels, a: a, packed: packed.matrix, bias: nil, into: c, epilogue: .multiply(d))
      #expect(worstError(operands.c.double, multiplied, bound: multipliedBound) <= 1, "multiply \(size)")

      // GELU's slope is at most 1.13 and its derivative's 0.8; Phi itself is within 2.5e-7 (see the GELU tests).
      let value = operands.biased.map(Reference.gelu)
      let derivative = operands.biased.map(Reference.geluDerivative)
      let bound = operands.bound.combined(with: operands.biased) { 1.13 * $0 + 4e-7 * (1 + abs($1)) }
      MatrixProduct.withPacked(
        kernels, a: a, packed: packed.matrix, bias: bias, into: c, epilogue: .geluWithDerivative(d))
      #expect(worstError(operands.c.double, value, bound: bound) <= 1, "gelu \(size)")
      #expect(worstError(operands.d.double, derivative, bound: bound) <= 1, "derivative of gelu \(size)")
      let kept = operands.c.double
      MatrixProduct.withPacked(kernels, a: a, packed: packed.matrix, bias: bias, into: c, epilogue: .gelu)
      #expect(operands.c.double == kept, "gelu alone \(size)")
      #expect(operands.c.paddingIs(7) && operands.d.paddingIs(7), "padding \(size)")
    }
  }

  @Test(arguments: KernelSet.available)
  func `Transposed products equal the reference at every edge size`(kernels: KernelSet) {
    forEverySize { operands, size in
      let turned = OwnedMatrix(rows: operands.a.matrix.columns, columns: operands.a.matrix.rows, guardValue: .nan)
      for row in 0..<turned.matrix.rows {
        for column in 0..<turned.matrix.columns { turned.matrix[row, column] = operands.a.matrix[column, row] }
      }
      MatrixProduct.transposed(kernels, a: turned.matrix, b: operands.b.matrix, into: operands.c.matrix)
      let expected = Reference.transposedProduct(turned.double, operands.b.double)
      #expect(worstError(operands.c.double, expected, bound: operands.bound) <= 1, "\(size)")
      #expect(operands.c.paddingIs(7), "padding \(size)")
    }
  }

  @Test(arguments: KernelSet.available)
  func `Products larger than the cache pieces equal the reference`(kernels: KernelSet) {
    var random = CounterRandom(seed: 2, purpose: "matrix products")
    // 1100 rows pass in three pieces of the transposed product, and in several row chunks of the other.
    let tall = OwnedMatrix(rows: 1100, columns: 13, random: &random)
    let other = OwnedMatrix(rows: 1100, columns: 21, random: &random)
    let found = OwnedMatrix(rows: 13, columns: 21)
    MatrixProduct.transposed(kernels, a: tall.matrix, b: other.matrix, into: found.matrix)
    let bound = Reference.transposedProduct(tall.double.map(abs), other.double.map(abs)).map { 1102 * roundoff * $0 }
    #expect(worstError(found.double, Reference.transposedProduct(tall.double, other.double), bound: bound) <= 1)

    let wide = OwnedMatrix(rows: 131, columns: 1025, random: &random)
    let operand = OwnedMatrix(rows: 1025, columns: 37, random: &random)
    let packed = OwnedPacking(inner: 1025, columns: 37)
    packed.matrix.pack(kernels, operand.matrix)
    let product = OwnedMatrix(rows: 131, columns: 37)
    MatrixProduct.withPacked(kernels, a: wide.matrix, packed: packed.matrix, bias: nil, into: product.matrix)
    let wideBound = Reference.product(wide.double.map(abs), operand.double.map(abs)).map { 1027 * roundoff * $0 }
    #expect(worstError(product.double, Reference.product(wide.double, operand.double), bound: wideBound) <= 1)
  }

  @Test(arguments: KernelSet.available)
  func `Packing applies both scales`(kernels: KernelSet) {
    var random = CounterRandom(seed: 3, purpose: "matrix products")
    let b = OwnedMatrix(rows: 9, columns: 19, random: &random)
    let inner = OwnedMatrix(rows: 1, columns: 9, random: &random)
    let columns = OwnedMatrix(rows: 1, columns: 19, random: &random)
    let packed = OwnedPacking(inner: 9, columns: 19)
    packed.matrix.pack(kernels, b.matrix, innerScale: inner.row, columnScale: columns.row)
    // The identity times the packed matrix brings it back.
    let identity = OwnedMatrix(rows: 9, columns: 9)
    for i in 0..<9 { identity.matrix[i, i] = 1 }
    let found = OwnedMatrix(rows: 9, columns: 19)
    MatrixProduct.withPacked(kernels, a: identity.matrix, packed: packed.matrix, bias: nil, into: found.matrix)
    for p in 0..<9 {
      for j in 0..<19 {
        #expect(found.matrix[p, j] == b.matrix[p, j] * inner.matrix[0, p] * columns.matrix[0, j])
      }
    }
  }

  @Test(arguments: KernelSet.available, [Float.nan, .infinity, -.infinity])
  func `What is not finite stays so, where the reference says so`(kernels: KernelSet, value: Float) {
    var random = CounterRandom(seed: 4, purpose: "matrix products")
    for (rows, columns, inner) in [(1, 1, 1), (5, 19, 3), (14, 33, 17)] {
      let operands = Operands(rows: rows, columns: columns, inner: inner, &random)
      operands.a.matrix[rows - 1, inner - 1] = value
      operands.b.matrix[0, columns / 2] = value
      let packed = operands.packed(kernels, isTransposed: false)
      MatrixProduct.withPacked(
        kernels, a: operands.a.matrix, packed: packed.matrix, bias: nil, into: operands.c.matrix)
      let expected = Reference.product(operands.a.double, operands.b.double)
      for (found, wanted) in zip(operands.c.double.values, expected.values) {
        #expect(found.isNaN == wanted.isNaN && found.isInfinite == wanted.isInfinite)
        if wanted.isInfinite { #expect(found == wanted) }
      }
    }
  }
}
