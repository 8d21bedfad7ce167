import Testing
import ViTKernels
import ViTNumerics

@Suite struct `Gradients of a linear layer` {
  @Test(arguments: KernelSet.available)
  func `Input, weight and bias gradients equal central differences`(kernels: KernelSet) {
    var random = CounterRandom(seed: 1, purpose: "linear")
    let (rows, inputs, outputs) = (5, 7, 19)
    let x = OwnedMatrix(rows: rows, columns: inputs, random: &random)
    let weight = OwnedMatrix(rows: outputs, columns: inputs, random: &random)
    let gradient = OwnedMatrix(rows: rows, columns: outputs, random: &random)
    let bias = (0..<outputs).map { _ in random.gaussian() }

    func objective(_ x: [Double], _ weight: [Double], _ bias: [Double]) -> Double {
      let output = Reference.product(
        .init(rows: rows, columns: inputs, values: x),
        Reference.DoubleMatrix(rows: outputs, columns: inputs, values: weight).transposed, bias: bias)
      return zip(output.values, gradient.double.values).reduce(0) { $0 + $1.0 * $1.1 }
    }
    // Sums of at most 19 float32 products.
    let tolerance = 19 * roundoff

    let memory = FloatBuffer(count: PackedMatrix.count(inner: outputs, columns: inputs))
    let packed = PackedMatrix(memory.vector, inner: outputs, columns: inputs)
    packed.pack(kernels, weight.matrix)
    let xGradient = OwnedMatrix(rows: rows, columns: inputs)
    MatrixProduct.withPacked(kernels, a: gradient.matrix, packed: packed, bias: nil, into: xGradient.matrix)
    let byX = centralDifferences(at: x.double.values) { objective($0, weight.double.values, bias) }
    #expect(relativeError(xGradient.double.values, byX) < tolerance)

    let weightGradient = OwnedMatrix(rows: outputs, columns: inputs)
    MatrixProduct.transposed(kernels, a: gradient.matrix, b: x.matrix, into: weightGradient.matrix)
    let byWeight = centralDifferences(at: weight.double.values) { objective(x.double.values, $0, bias) }
    #expect(relativeError(weightGradient.double.values, byWeight) < tolerance)

    let biasGradient = OwnedMatrix(rows: 1, columns: outputs)
    ArrayOperations.columnSums(kernels, gradient.matrix, into: biasGradient.row)
    let byBias = centralDifferences(at: bias) { objective(x.double.values, weight.double.values, $0) }
    #expect(relativeError(biasGradient.double.values, byBias) < tolerance)
  }
}
