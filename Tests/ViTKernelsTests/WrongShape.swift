import ViTKernels

/// A call with operands that do not fit together, for each door where shapes are checked.
enum WrongShape: String, CaseIterable, Codable, Sendable {
  case vectorIndex, vectorRange, vectorCopy, vectorAsMatrix, matrixRows, matrixColumns, matrixCopy, doubleBuffer
  case layerNormForward, layerNormBackward, foldedBias, unfold, columnSums, add, addScales, gelu, reduce
  case movingAverage, keep, average, adamW, packingMemory, packingSource, product, productBias, productEpilogue
  case transposedProduct, attentionForward, attentionBackward, attentionScratch, patches, productSums, logitLoss
  case multiplyAddPeak, openBLAS

  /// What the message says: the operation, what it found and what it expected.
  var message: String {
    switch self {
    case .vectorIndex: "Vector: index: 6, expected within 0..<6"
    case .vectorRange: "Vector: range: 2..<7, expected within 0..<6"
    case .vectorCopy: "Vector.copy: elements: 5, expected 6"
    case .vectorAsMatrix: "Vector.matrix: elements: 6, expected 8"
    case .matrixRows: "Matrix.rows: rows: 1..<4, expected within 0..<3"
    case .matrixColumns: "Matrix.columns: columns: 3..<5, expected within 0..<4"
    case .matrixCopy: "Matrix.copy: source: 3 x 5, expected 3 x 4"
    case .doubleBuffer: "DoubleBuffer: index: 2, expected within 0..<2"
    case .layerNormForward: "LayerNorm.forward: normalized: 2 x 4, expected 3 x 4"
    case .layerNormBackward: "LayerNorm.backward: elements of inverse: 2, expected 3"
    case .foldedBias: "FoldedNorm.bias: elements of beta: 3, expected 4"
    case .unfold: "FoldedNorm.unfold of the gradient: weight: 3 x 5, expected 3 x 4"
    case .columnSums: "ArrayOperations.columnSums: elements of the sums: 3, expected 4"
    case .add: "ArrayOperations.add: source: 3 x 5, expected 3 x 4"
    case .addScales: "ArrayOperations.add: rows of all scales: 2, expected 3"
    case .gelu: "ArrayOperations.gelu: elements of the derivative: 5, expected 6"
    case .reduce: "ArrayOperations.reduce: elements of the target: 3, expected 4"
    case .movingAverage: "ArrayOperations.movingAverage: elements of the average: 5, expected 6"
    case .keep: "ArrayOperations.keep: flags: 5, expected 6"
    case .average: "ArrayOperations.average: the other matrix: 2 x 4, expected 3 x 4"
    case .adamW: "AdamWUpdate.apply: second moments: 5, expected 6"
    case .packingMemory: "PackedMatrix.init: floats of memory: 63, expected 64"
    case .packingSource: "PackedMatrix.pack: source: 5 x 4, expected 4 x 5"
    case .product: "MatrixProduct.withPacked: A: 3 x 5, expected 3 x 4"
    case .productBias: "MatrixProduct.withPacked: elements of the bias: 4, expected 5"
    case .productEpilogue: "MatrixProduct.withPacked: the epilogue's matrix: 3 x 4, expected 3 x 5"
    case .transposedProduct: "MatrixProduct.transposed: rows of B: 2, expected 3"
    case .attentionForward: "Attention.forward: keys: 5 x 4, expected 6 x 4"
    case .attentionBackward: "Attention.backward of gradients: values: 6 x 4, expected 6 x 6"
    case .attentionScratch: "Attention.forward: floats of scratch: 1, expected at least"
    case .patches: "Patches.gather: columns of the rows: 3, expected 4"
    case .productSums: "ProductSums.sum: row sums: 2, expected 3"
    case .logitLoss: "LogitLoss.backward: the teacher's logits: 2 x 4, expected 3 x 4"
    case .multiplyAddPeak: "MultiplyAddPeak.run: floats of the sink: 1, expected at least"
    case .openBLAS: "OpenBLASProduct.run: inner dimension of B: 5, expected 4"
    }
  }

  /// Makes the call; does not return.
  func call() {
    let kernels = KernelSet.current
    let memory = FloatBuffer(count: 4096)
    func vector(_ count: Int) -> Vector { memory[0..<count] }
    func matrix(_ rows: Int, _ columns: Int) -> Matrix { vector(rows * columns).matrix(rows: rows, columns: columns) }
    func packed(_ inner: Int, _ columns: Int) -> PackedMatrix {
      PackedMatrix(vector(PackedMatrix.count(inner: inner, columns: columns)), inner: inner, columns: columns)
    }
    switch self {
    case .vectorIndex: vector(6)[6] = 1
    case .vectorRange: _ = vector(6)[2..<7]
    case .vectorCopy: vector(6).copy(from: vector(5))
    case .vectorAsMatrix: _ = vector(6).matrix(rows: 2, columns: 4)
    case .matrixRows: _ = matrix(3, 4).rows(from: 1, count: 2, step: 2)
    case .matrixColumns: _ = matrix(3, 4).columns(from: 3, count: 2)
    case .matrixCopy: matrix(3, 4).copy(from: matrix(3, 5))
    case .doubleBuffer: DoubleBuffer(count: 2)[2] = 1
    case .layerNormForward: LayerNorm.forward(kernels, matrix(3, 4), normalized: matrix(2, 4), inverse: vector(3))
    case .layerNormBackward:
      LayerNorm.backward(
        kernels, gradient: matrix(3, 4), normalized: matrix(3, 4), inverse: vector(2), addingTo: matrix(3, 4))
    case .foldedBias: FoldedNorm.bias(weight: matrix(3, 4), bias: vector(3), beta: vector(3), into: vector(3))
    case .unfold:
      func layer(_ inputs: Int) -> FoldedNorm.Layer {
        FoldedNorm.Layer(weight: matrix(3, inputs), bias: vector(3), gamma: vector(inputs), beta: vector(inputs))
      }
      FoldedNorm.unfold(layer(4), gradient: layer(5))
    case .columnSums: ArrayOperations.columnSums(kernels, matrix(3, 4), into: vector(3))
    case .add: ArrayOperations.add(kernels, matrix(3, 5), to: matrix(3, 4))
    case .addScales: ArrayOperations.add(kernels, matrix(3, 4), scales: vector(2), to: matrix(3, 4))
    case .gelu: ArrayOperations.gelu(kernels, vector(6), value: vector(6), derivative: vector(5))
    case .reduce: _ = ArrayOperations.reduce(kernels, matrix(3, 4), into: vector(3))
    case .movingAverage: ArrayOperations.movingAverage(kernels, of: vector(6), decay: 0.5, into: vector(5))
    case .keep: ArrayOperations.keep(vector(6), where: [true, true, true, true, true].span)
    case .average: ArrayOperations.average(matrix(3, 4), with: matrix(2, 4))
    case .adamW:
      AdamWUpdate(learningRate: 1, beta1: 0, beta2: 0, epsilon: 1, step: 1, gradientScale: 1).apply(
        kernels, gradient: vector(6), weightDecay: 0, weights: vector(6), moment1: vector(6), moment2: vector(5))
    case .packingMemory: _ = PackedMatrix(vector(63), inner: 4, columns: 5)
    case .packingSource: packed(4, 5).pack(kernels, matrix(5, 4))
    case .product:
      MatrixProduct.withPacked(kernels, a: matrix(3, 5), packed: packed(4, 5), bias: nil, into: matrix(3, 5))
    case .productBias:
      MatrixProduct.withPacked(kernels, a: matrix(3, 4), packed: packed(4, 5), bias: vector(4), into: matrix(3, 5))
    case .productEpilogue:
      MatrixProduct.withPacked(
        kernels, a: matrix(3, 4), packed: packed(4, 5), bias: nil, into: matrix(3, 5), epilogue: .multiply(matrix(3, 4))
      )
    case .transposedProduct: MatrixProduct.transposed(kernels, a: matrix(3, 4), b: matrix(2, 5), into: matrix(4, 5))
    case .attentionForward, .attentionBackward, .attentionScratch: callAttention(kernels, vector, matrix)
    case .patches:
      Patches(channels: 1, imageSize: 4, patchSize: 2, prefixRows: 1).gather(vector(16), into: matrix(5, 3))
    case .productSums:
      DoubleBuffer(count: 2).withMutableSpan(of: 0..<2) { sums in
        ProductSums.sum(matrix(3, 4), matrix(3, 4), rowSums: &sums, columnSums: nil)
      }
    case .logitLoss:
      let loss = LogitLoss(targets: 1, teacherClass: 0, teacherDistribution: 1, temperature: 1, batch: 3)
      _ = DoubleBuffer(count: 8).withMutableSpan(of: 0..<8) { scratch in
        loss.backward(
          matrix(3, 4), LogitLoss.Answers(targets: matrix(3, 4), teacher: matrix(2, 4)), gradient: matrix(3, 4),
          scratch: &scratch)
      }
    case .multiplyAddPeak: _ = MultiplyAddPeak.run(kernels, repetitions: 1, sink: vector(1))
    case .openBLAS: OpenBLASProduct.run(a: matrix(3, 4), b: matrix(5, 2), into: matrix(3, 2))
    }
  }

  private func callAttention(_ kernels: KernelSet, _ vector: (Int) -> Vector, _ matrix: (Int, Int) -> Matrix) {
    // Two images, two heads of 2 query/key and 3 value dimensions, three tokens.
    let attention = Attention(images: 2, heads: 2, queries: 3, tokens: 3, queryKey: 2, value: 3, scale: 1)
    /// Keys and values of one stride, as both have to be.
    func operands(tokens: Int = 6, values: Int = 6) -> Attention.Operands {
      let all = matrix(tokens, 12)
      return Attention.Operands(
        q: matrix(6, 4), k: all.columns(from: 0, count: 4), v: all.columns(from: 4, count: values))
    }
    let probabilities = vector(attention.probabilityCount)
    if self == .attentionBackward {
      attention.backward(
        kernels, operands(), probabilities: probabilities, outputGradient: matrix(6, 6), into: operands(values: 4),
        scratch: vector(attention.scratchCount))
    } else {
      attention.forward(
        kernels, operands(tokens: self == .attentionForward ? 5 : 6), probabilities: probabilities,
        output: matrix(6, 6), scratch: vector(1))
    }
  }
}
