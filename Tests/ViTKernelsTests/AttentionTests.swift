import Testing
import ViTKernels
import ViTNumerics

@Suite struct AttentionTests {
  /// One head with its operands, run by the kernels.
  private final class Head {
    let q: OwnedMatrix
    let k: OwnedMatrix
    let v: OwnedMatrix
    let outputGradient: OwnedMatrix
    let probability: OwnedMatrix
    let output: OwnedMatrix
    let qGradient: OwnedMatrix
    let kGradient: OwnedMatrix
    let vGradient: OwnedMatrix
    let scale: Float
    private let attention: Attention
    private let scratch: FloatBuffer

    init(_ size: Size, _ random: inout CounterRandom) {
      // Keys and values share a stride, as they share a matrix in the engine.
      let stride = Matrix.paddedStride(max(size.queryKey, size.value))
      let tokens = size.tokens
      func matrix(_ rows: Int, _ columns: Int, _ random: inout CounterRandom) -> OwnedMatrix {
        OwnedMatrix(rows: rows, columns: columns, random: &random, guardValue: .nan, stride: stride)
      }
      q = matrix(size.queries, size.queryKey, &random)
      k = matrix(tokens, size.queryKey, &random)
      v = matrix(tokens, size.value, &random)
      outputGradient = matrix(size.queries, size.value, &random)
      probability = OwnedMatrix(
        rows: size.queries, columns: tokens, guardValue: 7, stride: Attention.probabilityStride(tokens: tokens))
      output = OwnedMatrix(rows: size.queries, columns: size.value, guardValue: 7)
      qGradient = OwnedMatrix(rows: size.queries, columns: size.queryKey, guardValue: 7)
      kGradient = OwnedMatrix(rows: tokens, columns: size.queryKey, guardValue: 7, stride: stride)
      vGradient = OwnedMatrix(rows: tokens, columns: size.value, guardValue: 7, stride: stride)
      scale = Float(1 / Double(size.queryKey).squareRoot())
      attention = Attention(
        images: 1, heads: 1, queries: size.queries, tokens: tokens, queryKey: size.queryKey, value: size.value,
        scale: scale)
      scratch = FloatBuffer(count: attention.scratchCount)
      scratch.fill(.nan)
    }

    func run(_ kernels: KernelSet) {
      let operands = Attention.Operands(q: q.matrix, k: k.matrix, v: v.matrix)
      attention.forward(
        kernels, operands, probabilities: probability.elements, output: output.matrix, scratch: scratch.vector)
      attention.backward(
        kernels, operands, probabilities: probability.elements, outputGradient: outputGradient.matrix,
        into: Attention.Operands(q: qGradient.matrix, k: kGradient.matrix, v: vGradient.matrix),
        scratch: scratch.vector)
    }
  }

  struct Size {
    let queries: Int
    let tokens: Int
    let queryKey: Int
    let value: Int
  }

  private static let sizes: [Size] =
    (1...35).flatMap { tokens in
      [
        Size(queries: tokens, tokens: tokens, queryKey: 1 + tokens * 7 % 23, value: 1 + tokens * 5 % 19),
        Size(queries: min(2, tokens), tokens: tokens, queryKey: 8, value: 17),
      ]
    } + [
      Size(queries: 50, tokens: 50, queryKey: 64, value: 64), Size(queries: 1, tokens: 197, queryKey: 16, value: 64),
    ]

  @Test(arguments: KernelSet.available)
  func `Forward equals the reference`(kernels: KernelSet) {
    var random = CounterRandom(seed: 1, purpose: "attention")
    for size in Self.sizes {
      let head = Head(size, &random)
      head.run(kernels)
      let (q, k, v) = (head.q.double, head.k.double, head.v.double)
      let expected = Reference.attention(q: q, k: k, v: v, scale: Double(head.scale))
      // A score's error moves the logarithm of its probability by as much, and that of the row's sum by the largest
      // of them; the exponential has 2 ulp, and summing and dividing `tokens` terms adds tokens + 4 roundoffs.
      let magnitudes = Reference.product(q.map(abs), k.transposed.map(abs))
      var probabilityBound = expected.probability
      for row in 0..<size.queries {
        let top = (0..<size.tokens).reduce(0) { max($0, magnitudes[row, $1]) } * Double(head.scale)
        let relative = (2 * Double(size.queryKey + 4) * top + Double(size.tokens) + 12) * roundoff
        for column in 0..<size.tokens { probabilityBound[row, column] *= relative }
      }
      #expect(worstError(head.probability.double, expected.probability, bound: probabilityBound) <= 1, "\(size)")
      let summing = Reference.product(expected.probability, v.map(abs)).map { Double(size.tokens) * roundoff * $0 }
      let outputBound = Reference.product(probabilityBound, v.map(abs)).combined(with: summing, +)
      #expect(worstError(head.output.double, expected.output, bound: outputBound) <= 1, "\(size)")
      #expect(head.output.paddingIs(7))
    }
  }

  @Test(arguments: KernelSet.available)
  func `Backward equals the reference`(kernels: KernelSet) {
    var random = CounterRandom(seed: 2, purpose: "attention")
    for size in Self.sizes {
      let head = Head(size, &random)
      head.run(kernels)
      let (q, k, v) = (head.q.double, head.k.double, head.v.double)
      let (probability, gradient) = (head.probability.double, head.outputGradient.double)
      let expected = Reference.attentionBackward(
        q: q, k: k, v: v, scale: Double(head.scale), probability: probability, outputGradient: gradient)
      // Each score's gradient is P scale (dP - mean): twice the largest sum of magnitudes in dP, with the roundoffs
      // of V and `tokens` terms; then another sum of `tokens` or `queries` terms.
      let largest = Reference.product(gradient.map(abs), v.transposed.map(abs)).values.reduce(0, max)
      let terms = Double(size.value + size.tokens + max(size.queries, size.tokens) + 12)
      let score = 2 * largest * Double(head.scale) * terms * roundoff
      let qBound = Reference.product(probability, k.map(abs)).map { score * $0 }
      let kBound = Reference.transposedProduct(probability, q.map(abs)).map { score * $0 }
      let vBound = Reference.transposedProduct(probability, gradient.map(abs))
        .map { Double(size.queries + 2) * roundoff * $0 }
      #expect(worstError(head.qGradient.double, expected.q, bound: qBound) <= 1, "\(size)")
      #expect(worstError(head.kGradient.double, expected.k, bound: kBound) <= 1, "\(size)")
      #expect(worstError(head.vGradient.double, expected.v, bound: vBound) <= 1, "\(size)")
      #expect(head.qGradient.paddingIs(7) && head.kGradient.paddingIs(7) && head.vGradient.paddingIs(7))
    }
  }

  @Test(arguments: KernelSet.available)
  func `Backward equals central differences of forward, for queries, keys and values`(kernels: KernelSet) {
    var random = CounterRandom(seed: 3, purpose: "attention")
    for size in [
      Size(queries: 5, tokens: 5, queryKey: 3, value: 4), Size(queries: 2, tokens: 19, queryKey: 4, value: 3),
    ] {
      let head = Head(size, &random)
      head.run(kernels)
      let (q, k, v) = (head.q.double, head.k.double, head.v.double)
      let weights = head.outputGradient.double.values
      func objective(q: Reference.DoubleMatrix, k: Reference.DoubleMatrix, v: Reference.DoubleMatrix) -> Double {
        let output = Reference.attention(q: q, k: k, v: v, scale: Double(head.scale)).output
        return zip(output.values, weights).reduce(0) { $0 + $1.0 * $1.1 }
      }
      func matrix(_ values: [Double], like other: Reference.DoubleMatrix) -> Reference.DoubleMatrix {
        Reference.DoubleMatrix(rows: other.rows, columns: other.columns, values: values)
      }
      // The sums of at most 19 terms in float32, with room for cancellation of one digit.
      let tolerance = 10 * 19 * roundoff
      let byQ = centralDifferences(at: q.values) { objective(q: matrix($0, like: q), k: k, v: v) }
      #expect(relativeError(head.qGradient.double.values, byQ) < tolerance)
      let byK = centralDifferences(at: k.values) { objective(q: q, k: matrix($0, like: k), v: v) }
      #expect(relativeError(head.kGradient.double.values, byK) < tolerance)
      let byV = centralDifferences(at: v.values) { objective(q: q, k: k, v: matrix($0, like: v)) }
      #expect(relativeError(head.vGradient.double.values, byV) < tolerance)
    }
  }

  @Test(arguments: KernelSet.available)
  func `Softmax is accurate from equal scores to one that takes all, and does not overflow`(kernels: KernelSet) {
    var random = CounterRandom(seed: 4, purpose: "attention")
    for spread in [0, 1e-3, 1, 10, 80, 1e4, 1e30] {
      for tokens in [1, 2, 16, 33] {
        let head = Head(Size(queries: 1, tokens: tokens, queryKey: 1, value: 1), &random)
        head.q.matrix[0, 0] = 1
        for row in 0..<tokens { head.k.matrix[row, 0] = Float(spread * random.uniform()) }
        head.run(kernels)
        let expected = Reference.attention(
          q: head.q.double, k: head.k.double, v: head.v.double, scale: Double(head.scale)
        ).probability
        for (found, wanted) in zip(head.probability.double.values, expected.values) {
          // Differences of scores round in proportion to them; the exponential and the sum have 2 ulp and `tokens`
          // roundoffs. Numbers below the smallest normal float become zero.
          let relative = (2 * min(spread, 90) + Double(tokens) + 12) * roundoff
          #expect(abs(found - wanted) <= relative * wanted + 1.2e-38, "\(spread), \(tokens): \(found), \(wanted)")
        }
      }
    }
  }

  @Test(arguments: KernelSet.available, [Float.nan, .infinity, -.infinity])
  func `What is not finite stays so, where the reference says so`(kernels: KernelSet, value: Float) {
    var random = CounterRandom(seed: 5, purpose: "attention")
    for tokens in [3, 16, 21] {
      for place in 0..<3 {
        let head = Head(Size(queries: 3, tokens: tokens, queryKey: 2, value: 5), &random)
        [head.q, head.k, head.v][place].matrix[tokens > 3 ? 1 : 2, 1] = value
        head.run(kernels)
        let expected = Reference.attention(
          q: head.q.double, k: head.k.double, v: head.v.double, scale: Double(head.scale))
        #expect(
          zip(head.output.double.values, expected.output.values).allSatisfy { $0.isFinite == $1.isFinite },
          "\(tokens), \(place)")
        #expect(expected.output.values.contains { !$0.isFinite } || (place == 1 && value.isInfinite))
      }
    }
  }
}
