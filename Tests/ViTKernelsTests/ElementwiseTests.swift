import Testing
import ViTKernels
import ViTNumerics

@Suite struct `Passes over arrays` {
  @Test(arguments: KernelSet.available)
  func `GELU is within 2.5e-7 of the exact one, relative to the argument`(kernels: KernelSet) {
    // Every 1/4096 from -16 to 16, and powers of ten.
    var grid = (-65536...65536).map { Float($0) / 4096 }
    for exponent in -30...30 { grid += [Float(Exponential.power(10, Double(exponent)))] }
    grid += grid.suffix(61).map { -$0 }
    let x = FloatBuffer(grid)
    let value = FloatBuffer(count: grid.count)
    let derivative = FloatBuffer(count: grid.count)
    ArrayOperations.gelu(kernels, x.vector, value: value.vector, derivative: derivative.vector)
    var (worstPhi, worstDerivative) = (0.0, 0.0)
    for (index, argument) in grid.enumerated() {
      let exact = Double(argument)
      if exact != 0 {
        worstPhi = max(worstPhi, abs(Double(value[index]) - Reference.gelu(exact)) / abs(exact))
      }
      worstDerivative = max(
        worstDerivative, abs(Double(derivative[index]) - Reference.geluDerivative(exact)))
    }
    #expect(worstPhi <= 2.5e-7)
    // Phi's error, and x phi(x) <= 0.25 with the roundoff of the square of x in its exponent: 4 ulp of 0.25.
    #expect(worstDerivative <= 4e-7)
  }

  @Test(arguments: KernelSet.available)
  func `GELU's derivative equals central differences of GELU`(kernels: KernelSet) {
    let grid = (-24...24).map { Float($0) / 4 }
    let x = FloatBuffer(grid)
    let value = FloatBuffer(count: grid.count)
    let derivative = FloatBuffer(count: grid.count)
    ArrayOperations.gelu(kernels, x.vector, value: value.vector, derivative: derivative.vector)
    for (index, argument) in grid.enumerated() {
      let difference = centralDifferences(at: [Double(argument)]) { Reference.gelu($0[0]) }[0]
      #expect(abs(Double(derivative[index]) - difference) <= 4e-7)
    }
  }

  @Test(arguments: KernelSet.available)
  func `GELU of what is not finite is what the formula gives`(kernels: KernelSet) {
    let special: [Float] = [.nan, .infinity, -.infinity, 0, -0.0, .greatestFiniteMagnitude, -.greatestFiniteMagnitude]
    let x = FloatBuffer(special)
    let value = FloatBuffer(count: special.count)
    let derivative = FloatBuffer(count: special.count)
    ArrayOperations.gelu(
      kernels, x.vector, value: value.vector, derivative: derivative.vector)
    for (index, argument) in special.enumerated() {
      let wanted = Reference.gelu(Double(argument))
      #expect(value[index].isNaN == wanted.isNaN, "\(argument)")
      #expect(derivative[index].isNaN == Reference.geluDerivative(Double(argument)).isNaN, "\(argument)")
      if !wanted.isNaN { #expect(value[index] == Float(wanted), "\(argument)") }
    }
  }

  @Test(arguments: KernelSet.available)
  func `Column sums equal the reference at every edge size`(kernels: KernelSet) {
    var random = CounterRandom(seed: 1, purpose: "column sums")
    for columns in Array(1...35) + [63, 64, 65, 130] {
      for rows in [1, 2, 25] {
        let x = OwnedMatrix(rows: rows, columns: columns, random: &random, guardValue: .nan)
        let sums = OwnedMatrix(rows: 1, columns: columns, guardValue: 7)
        ArrayOperations.columnSums(kernels, x.matrix, into: sums.row)
        let expected = Reference.DoubleMatrix(rows: 1, columns: columns, values: Reference.columnSums(x.double))
        let bound = Reference.columnSums(x.double.map(abs)).map { Double(rows) * roundoff * $0 }
        #expect(
          worstError(sums.double, expected, bound: .init(rows: 1, columns: columns, values: bound)) <= 1)
        #expect(sums.paddingIs(7), "\(rows) x \(columns)")
      }
    }
  }

  @Test(arguments: KernelSet.available)
  func `Adding a multiple rounds at most twice`(kernels: KernelSet) {
    var random = CounterRandom(seed: 2, purpose: "array operations")
    let scale = FloatBuffer([0.3])
    for count in 1...35 {
      let source = OwnedMatrix(rows: 1, columns: count, random: &random)
      let target = OwnedMatrix(rows: 1, columns: count, random: &random, guardValue: 7)
      let expected = target.double.combined(with: source.double) { $0 + 0.3 * $1 }
      let bound = target.double.combined(with: source.double) { 3 * roundoff * (abs($0) + abs($1)) }
      ArrayOperations.add(
        kernels, source.matrix, scales: scale.vector, to: target.matrix)
      #expect(worstError(target.double, expected, bound: bound) <= 1)
      #expect(target.paddingIs(7))
    }
  }

  @Test(arguments: KernelSet.available, [1, 2, 5])
  func `Reduction adds the parts up and returns the sum of squares`(kernels: KernelSet, partCount: Int) {
    var random = CounterRandom(seed: 3, purpose: "reduction")
    for count in Array(1...35) + [1023, 1024, 1025, 3000] {
      let offset = 16
      let parts = OwnedMatrix(rows: partCount, columns: offset + count, random: &random)
      let target = OwnedMatrix(rows: 1, columns: count, guardValue: 7)
      let squares = ArrayOperations.reduce(
        kernels, parts.matrix.columns(from: offset, count: count), into: target.row)
      let all = parts.double.columns(from: offset, count: count)
      let columns = (0..<partCount).map { row in
        Reference.DoubleMatrix(rows: 1, columns: count, values: (0..<count).map { all[row, $0] })
      }
      let expected = Reference.DoubleMatrix(rows: 1, columns: count, values: Reference.sum(columns.map(\.values)))
      let bound = Reference.sum(columns.map { $0.map(abs).values }).map { Double(partCount) * roundoff * $0 }
      #expect(worstError(target.double, expected, bound: .init(rows: 1, columns: count, values: bound)) <= 1)
      #expect(target.paddingIs(7))
      let exact = target.double.values.reduce(0) { $0 + $1 * $1 }
      // Partial sums in float32 have at most 1024 terms, spread over at least four lanes.
      #expect(abs(squares / exact - 1) <= 260 * roundoff, "\(count)")
    }
  }

  @Test(arguments: KernelSet.available, [Float.nan, .infinity, -.infinity])
  func `Reduction's sum of squares shows a part that is not finite`(kernels: KernelSet, value: Float) {
    for place in 0..<37 {
      let part = OwnedMatrix(rows: 1, columns: 37)
      part.matrix[0, place] = value
      let target = OwnedMatrix(rows: 1, columns: 37)
      let squares = ArrayOperations.reduce(
        kernels, part.matrix, into: target.row)
      #expect(!squares.isFinite)
    }
  }
}
