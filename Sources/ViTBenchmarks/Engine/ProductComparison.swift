internal import ViTKernels

/// The engine's matrix products, on one core at every kernel level, against OpenBLAS's.
///
/// Weights are packed beforehand, as the engine does once for each step and OpenBLAS within each product.
package struct ProductComparison {
  package struct Shape: Hashable, Sendable, Encodable {
    package let kind: Kind
    package let layer: String
    package let embedding: Int
    package let rows: Int
    package let inputs: Int
    package let outputs: Int

    /// Rows, inner dimension and columns of the product.
    package var productSize: (rows: Int, inner: Int, columns: Int) {
      switch kind {
      case .forward: (rows, inputs, outputs)
      case .inputGradient: (rows, outputs, inputs)
      case .weightGradient: (outputs, rows, inputs)
      }
    }
  }

  /// Which of a linear layer's products.
  package enum Kind: String, CaseIterable, Sendable, Encodable {
    case forward = "X W^T"
    case inputGradient = "dY W"
    case weightGradient = "dY^T X"
  }

  package struct Result: Encodable, Sendable {
    package let shape: Shape
    /// GF/s by kernel level.
    package let levels: [String: RateSummary]
    package let openBLAS: RateSummary
    /// The fastest level's rate over OpenBLAS's in the same round.
    package let ratio: RateSummary
  }

  /// Every product of a DeiT block, on the rows of a shard of 8 images.
  package static var shapes: [Shape] {
    Kind.allCases.flatMap { kind in
      [64, 128, 192].flatMap { e in
        [("qkv", e, 3 * e), ("proj", e, e), ("fc1", e, 4 * e), ("fc2", 4 * e, e)].map { layer, inputs, outputs in
          Shape(kind: kind, layer: layer, embedding: e, rows: 400, inputs: inputs, outputs: outputs)
        }
      }
    }
  }

  /// - Parameter progress: Called between measurements with the share of the time that is spent.
  /// - Throws: `CancellationError` when `progress` returns false.
  package static func run(
    _ shapes: [Shape] = shapes, seconds: Double, progress: (Double) -> Bool
  ) throws -> [Result] {
    OpenBLASProduct.setThreadCount(1)
    var contestants: [Contestant] = []
    for shape in shapes {
      let operands = Operands(shape)
      let flops = 2 * Double(shape.rows) * Double(shape.inputs) * Double(shape.outputs)
      for level in KernelSet.available {
        let packed = operands.pack(level)
        contestants.append(
          Contestant(work: flops) { count in
            Contestant.seconds { for _ in 0..<count { operands.run(level, packed) } }
          })
      }
      contestants.append(
        Contestant(work: flops) { count in Contestant.seconds { for _ in 0..<count { operands.runOpenBLAS() } } })
    }
    let rounds = InterleavedRounds(seconds: seconds, sampleSeconds: 0.003)
    let rates = try rounds.measure(contestants, progress: progress)

    let stride = KernelSet.available.count + 1
    return shapes.enumerated().compactMap { index, shape in
      let own = rates[index * stride..<(index + 1) * stride]
      guard let rival = own.last, let fastest = own.dropLast().last, let openBLAS = RateSummary(rival),
        let ratio = RateSummary(zip(fastest, rival).map { $0 / $1 })
      else { return nil }
      var levels: [String: RateSummary] = [:]
      for (level, found) in zip(KernelSet.available, own) { levels[level.name] = RateSummary(found)?.scaled(by: 1e-9) }
      return Result(shape: shape, levels: levels, openBLAS: openBLAS.scaled(by: 1e-9), ratio: ratio)
    }
  }

  /// The matrices of one shape, shared by all its contestants.
  private final class Operands {
    private struct Places {
      /// (rows, inputs)
      let input: Matrix
      /// (rows, outputs)
      let output: Matrix
      /// (outputs, inputs)
      let weights: Matrix
    }

    private let shape: Shape
    private let arena: Arena<Places>

    init(_ shape: Shape) {
      self.shape = shape
      arena = Arena { layout in
        Places(
          input: layout.matrix(shape.rows, shape.inputs), output: layout.matrix(shape.rows, shape.outputs),
          weights: layout.vector(shape.outputs * shape.inputs).matrix(rows: shape.outputs, columns: shape.inputs))
      }
      arena.elements.fillWithNoise(purpose: "benchmark products")
    }

    /// The weights as a level's product reads them; panels differ in width between levels.
    func pack(_ level: KernelSet) -> PackedOperand {
      let isForward = shape.kind == .forward
      let (inner, columns) = isForward ? (shape.inputs, shape.outputs) : (shape.outputs, shape.inputs)
      let operand = PackedOperand(inner: inner, columns: columns)
      operand.matrix.pack(level, arena.places.weights, isTransposed: isForward)
      return operand
    }

    func run(_ level: KernelSet, _ packed: PackedOperand) {
      let places = arena.places
      let (input, output, weights) = (places.input, places.output, places.weights)
      switch shape.kind {
      case .forward: MatrixProduct.withPacked(level, a: input, packed: packed.matrix, bias: nil, into: output)
      case .inputGradient: MatrixProduct.withPacked(level, a: output, packed: packed.matrix, bias: nil, into: input)
      case .weightGradient: MatrixProduct.transposed(level, a: output, b: input, into: weights)
      }
    }

    func runOpenBLAS() {
      let places = arena.places
      let (input, output, weights) = (places.input, places.output, places.weights)
      switch shape.kind {
      case .forward: OpenBLASProduct.run(a: input, b: weights, transposingB: true, into: output)
      case .inputGradient: OpenBLASProduct.run(a: output, b: weights, into: input)
      case .weightGradient: OpenBLASProduct.run(a: output, transposingA: true, b: input, into: weights)
      }
    }
  }

  private final class PackedOperand {
    private let memory: FloatBuffer
    private let inner: Int
    private let columns: Int

    init(inner: Int, columns: Int) {
      self.inner = inner
      self.columns = columns
      memory = FloatBuffer(count: PackedMatrix.count(inner: inner, columns: columns))
    }

    var matrix: PackedMatrix { PackedMatrix(memory.vector, inner: inner, columns: columns) }
  }
}
