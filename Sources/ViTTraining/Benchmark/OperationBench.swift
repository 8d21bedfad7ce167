internal import ViTArchitecture
internal import ViTKernels
internal import ViTNumerics

/// The operations of one DeiT block on one core, on as many images as a shard of a batch holds.
final class OperationBench {
  static let tokens = 50
  static let images = 8

  let embedding: Int
  private let kernels = KernelSet.current
  private let heads: Int
  private let headWidth = 64
  private let buffer: FloatBuffer
  private let places: Places

  private struct Places {
    // Activations and their gradients. (rows, columns)
    let narrow: [Matrix]  // E
    let wide: [Matrix]  // 4E
    let projected: [Matrix]  // 3E
    let linears: [LinearPlaces]
    let inverse: UnsafeMutablePointer<Float>
    let probabilities: UnsafeMutablePointer<Float>
    let scratch: UnsafeMutablePointer<Float>
    /// Weights, gradient and both moments of a block.
    let parameters: [UnsafeMutablePointer<Float>]
  }

  private struct LinearPlaces {
    let inputs: Int
    let outputs: Int
    let forward: UnsafeMutablePointer<Float>
    let backward: UnsafeMutablePointer<Float>
    let gradient: Matrix
  }

  /// - Parameter embedding: A multiple of 64, the width of a head.
  init(embedding: Int) {
    self.embedding = embedding
    heads = max(1, embedding / 64)
    var layout = Workspace.Layout()
    _ = OperationBench.place(embedding, heads: heads, headWidth: headWidth, &layout)
    buffer = FloatBuffer(count: layout.used)
    var random = CounterRandom(seed: 0, purpose: "benchmark operations")
    for i in 0..<buffer.count { buffer.pointer[i] = Float(random.uniform() - 0.5) }
    layout = Workspace.Layout(base: buffer.pointer)
    places = OperationBench.place(embedding, heads: heads, headWidth: headWidth, &layout)
    // The second moments are never negative.
    for i in 0..<parameterCount { places.parameters[3][i] = abs(places.parameters[3][i]) }
  }

  private var rows: Int { OperationBench.images * OperationBench.tokens }
  private var parameterCount: Int { 12 * embedding * embedding }

  private static func place(
    _ embedding: Int, heads: Int, headWidth: Int, _ layout: inout Workspace.Layout
  ) -> Places {
    let rows = images * tokens
    func linear(_ inputs: Int, _ outputs: Int, _ layout: inout Workspace.Layout) -> LinearPlaces {
      LinearPlaces(
        inputs: inputs, outputs: outputs,
        forward: layout.array(MatrixProduct.packedCount(inner: inputs, columns: outputs)),
        backward: layout.array(MatrixProduct.packedCount(inner: outputs, columns: inputs)),
        gradient: Matrix(layout.array(outputs * inputs), rows: outputs, columns: inputs, stride: inputs))
    }
    let probabilityCount = images * heads * tokens * Attention.probabilityStride(tokens: tokens)
    return Places(
      narrow: (0..<4).map { _ in layout.matrix(rows, embedding) },
      wide: (0..<3).map { _ in layout.matrix(rows, 4 * embedding) },
      projected: (0..<2).map { _ in layout.matrix(rows, 3 * heads * headWidth) },
      linears: [
        linear(embedding, 3 * embedding, &layout), linear(embedding, embedding, &layout),
        linear(embedding, 4 * embedding, &layout), linear(4 * embedding, embedding, &layout),
      ],
      inverse: layout.array(rows), probabilities: layout.array(probabilityCount),
      scratch: layout.array(
        Attention.scratchCount(queries: tokens, tokens: tokens, queryKey: headWidth, value: headWidth)),
      parameters: (0..<4).map { _ in layout.array(12 * embedding * embedding) })
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
      let count = rows * places.wide[0].stride
      ArrayOperations.gelu(
        kernels, places.wide[0].pointer, count: count, value: places.wide[1].pointer,
        derivative: places.wide[2].pointer)
    case .adamW:
      let update = AdamWUpdate(
        learningRate: 1e-5, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, step: 10, gradientScale: 1)
      update.apply(
        kernels, gradient: places.parameters[1], weightDecay: 0.05, count: parameterCount,
        weights: places.parameters[0], moment1: places.parameters[2], moment2: places.parameters[3])
    }
  }

  private func runAttention(backward: Bool) {
    let stride = Attention.probabilityStride(tokens: OperationBench.tokens)
    let (tokens, width) = (OperationBench.tokens, heads * headWidth)
    for image in 0..<OperationBench.images {
      for head in 0..<heads {
        func part(_ matrix: Matrix, from column: Int = 0) -> Matrix {
          matrix.rows(from: image * tokens, count: tokens)
            .columns(from: column + head * headWidth, count: headWidth)
        }
        let probability = Matrix(
          places.probabilities + (image * heads + head) * tokens * stride, rows: tokens, columns: tokens,
          stride: stride)
        let all = places.projected[0]
        var attention = Attention(
          q: part(all), k: part(all, from: width), v: part(all, from: 2 * width), scale: 0.125,
          probability: probability, output: part(places.narrow[2]), scratch: places.scratch)
        if backward {
          let gradients = places.projected[1]
          attention.backward(
            kernels, outputGradient: part(places.narrow[3]), qGradient: part(gradients),
            kGradient: part(gradients, from: width), vGradient: part(gradients, from: 2 * width))
        } else {
          attention.forward(kernels)
        }
      }
    }
  }

  /// Floating-point operations of one run, or bytes read and written where `unit` is bytes.
  func work(of operation: BenchmarkOperation) -> Double {
    let elements = Double(rows * embedding)
    let products = 2 * Double(rows) * Double(parameterCount)
    let attention = 4 * elements * Double(OperationBench.tokens)
    let float = 4.0
    switch operation {
    case .forwardProducts, .inputGradients, .weightGradients: return products
    case .attentionForward: return attention
    case .attentionBackward: return 2 * attention
    case .layerNormForward: return 2 * float * elements
    case .layerNormBackward: return 4 * float * elements
    case .gelu: return 3 * float * Double(rows * places.wide[0].stride)
    case .adamW: return 7 * float * Double(parameterCount)
    }
  }
}
