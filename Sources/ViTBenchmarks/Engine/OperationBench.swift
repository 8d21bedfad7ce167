internal import ViTKernels

/// The operations of one DeiT block on one core, on as many images as a shard of a batch holds.
final class OperationBench {
  static let tokens = 50
  static let images = 8

  let embedding: Int
  private let kernels = KernelSet.current
  private static let headWidth = 64
  private let attention: Attention
  private let arena: Arena<Places>

  private struct Places {
    // Activations and their gradients. (rows, columns)
    let narrow: [Matrix]  // E
    let wide: [Matrix]  // 4E
    let projected: [Matrix]  // 3E
    let linears: [LinearPlaces]
    let inverse: Vector
    let probabilities: Vector
    let scratch: Vector
    /// Value, derivative and argument. (rows 4E)
    let elementwise: [Vector]
    /// Weights, gradient and both moments of a block.
    let parameters: [Vector]
  }

  private struct LinearPlaces {
    let forward: PackedMatrix
    let backward: PackedMatrix
    let gradient: Matrix

    init(_ inputs: Int, _ outputs: Int, _ layout: inout ArenaLayout) {
      func packed(_ inner: Int, _ columns: Int, _ layout: inout ArenaLayout) -> PackedMatrix {
        PackedMatrix(
          layout.vector(PackedMatrix.count(inner: inner, columns: columns)), inner: inner, columns: columns)
      }
      forward = packed(inputs, outputs, &layout)
      backward = packed(outputs, inputs, &layout)
      gradient = layout.vector(outputs * inputs).matrix(rows: outputs, columns: inputs)
    }
  }

  /// - Parameter embedding: A multiple of 64, the width of a head.
  init(embedding: Int) {
    self.embedding = embedding
    let heads = max(1, embedding / OperationBench.headWidth)
    let attention = Attention(
      images: OperationBench.images, heads: heads, queries: OperationBench.tokens, tokens: OperationBench.tokens,
      queryKey: OperationBench.headWidth, value: OperationBench.headWidth, scale: 0.125)
    self.attention = attention
    arena = Arena { layout in OperationBench.place(embedding, attention, &layout) }
    arena.elements.fillWithNoise(purpose: "benchmark operations")
    // The second moments are never negative.
    arena.places.parameters[3].withMutableSpan { moments in
      for index in moments.indices { moments[index] = abs(moments[index]) }
    }
  }

  private var places: Places { arena.places }
  private static var rows: Int { images * tokens }
  private var parameterCount: Int { 12 * embedding * embedding }

  private static func place(_ embedding: Int, _ attention: Attention, _ layout: inout ArenaLayout) -> Places {
    Places(
      narrow: (0..<4).map { _ in layout.matrix(rows, embedding) },
      wide: (0..<2).map { _ in layout.matrix(rows, 4 * embedding) },
      projected: (0..<2).map { _ in layout.matrix(rows, 3 * embedding) },
      linears: [
        LinearPlaces(embedding, 3 * embedding, &layout), LinearPlaces(embedding, embedding, &layout),
        LinearPlaces(embedding, 4 * embedding, &layout), LinearPlaces(4 * embedding, embedding, &layout),
      ],
      inverse: layout.vector(rows), probabilities: layout.vector(attention.probabilityCount),
      scratch: layout.vector(attention.scratchCount),
      elementwise: (0..<3).map { _ in layout.vector(rows * Matrix.paddedStride(4 * embedding)) },
      parameters: (0..<4).map { _ in layout.vector(12 * embedding * embedding) })
  }
}

extension OperationBench {
  /// Input and output of each linear layer: queries, keys and values; projection; both layers of the MLP.
  private var inputsAndOutputs: [(Matrix, Matrix)] {
    let (narrow, wide) = (places.narrow, places.wide)
    return [
      (narrow[0], places.projected[0]), (narrow[1], narrow[2]), (narrow[0], wide[0]), (wide[0], narrow[2]),
    ]
  }

  /// Runs an operation once.
  func run(_ operation: BenchmarkOperation) {
    switch operation {
    case .forwardProducts:
      for (linear, (input, output)) in zip(places.linears, inputsAndOutputs) {
        MatrixProduct.withPacked(kernels, a: input, packed: linear.forward, bias: nil, into: output)
      }
    case .inputGradients:
      for (linear, (input, output)) in zip(places.linears, inputsAndOutputs) {
        let target = input.columns == embedding ? places.narrow[3] : places.wide[1]
        MatrixProduct.withPacked(kernels, a: output, packed: linear.backward, bias: nil, into: target)
      }
    case .weightGradients:
      for (linear, (input, output)) in zip(places.linears, inputsAndOutputs) {
        MatrixProduct.transposed(kernels, a: output, b: input, into: linear.gradient)
      }
    case .attentionForward, .attentionBackward: runAttention(backward: operation == .attentionBackward)
    case .layerNormForward:
      LayerNorm.forward(kernels, places.narrow[0], normalized: places.narrow[1], inverse: places.inverse)
    case .layerNormBackward:
      LayerNorm.backward(
        kernels, gradient: places.narrow[0], normalized: places.narrow[1], inverse: places.inverse,
        addingTo: places.narrow[3])
    case .gelu:
      ArrayOperations.gelu(
        kernels, places.elementwise[2], value: places.elementwise[0], derivative: places.elementwise[1])
    case .adamW:
      let update = AdamWUpdate(
        learningRate: 1e-5, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, step: 10, gradientScale: 1)
      update.apply(
        kernels, gradient: places.parameters[1], weightDecay: 0.05, weights: places.parameters[0],
        moment1: places.parameters[2], moment2: places.parameters[3])
    }
  }

  private func runAttention(backward: Bool) {
    func operands(_ all: Matrix) -> Attention.Operands {
      Attention.Operands(
        q: all.columns(from: 0, count: embedding), k: all.columns(from: embedding, count: embedding),
        v: all.columns(from: 2 * embedding, count: embedding))
    }
    let all = operands(places.projected[0])
    if backward {
      attention.backward(
        kernels, all, probabilities: places.probabilities, outputGradient: places.narrow[3],
        into: operands(places.projected[1]), scratch: places.scratch)
    } else {
      attention.forward(
        kernels, all, probabilities: places.probabilities, output: places.narrow[2], scratch: places.scratch)
    }
  }

  /// Floating-point operations of one run, or bytes read and written where `unit` is bytes.
  func work(of operation: BenchmarkOperation) -> Double {
    let elements = Double(OperationBench.rows * embedding)
    let products = 2 * Double(OperationBench.rows) * Double(parameterCount)
    let attention = 4 * elements * Double(OperationBench.tokens)
    let float = 4.0
    switch operation {
    case .forwardProducts, .inputGradients, .weightGradients: return products
    case .attentionForward: return attention
    case .attentionBackward: return 2 * attention
    case .layerNormForward: return 2 * float * elements
    case .layerNormBackward: return 4 * float * elements
    case .gelu: return 3 * float * Double(places.elementwise[0].count)
    case .adamW: return 7 * float * Double(parameterCount)
    }
  }
}
