internal import ViTKernels
internal import ViTNumerics

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
    private let shape: Shape
    private let memory: FloatBuffer
    private let input: Matrix
    private let output: Matrix
    private let weights: Matrix

    init(_ shape: Shape) {
      self.shape = shape
      var layout = Workspace.Layout()
      _ = Operands.place(shape, &layout)
      memory = FloatBuffer(count: layout.used)
      var random = CounterRandom(seed: 0, purpose: "benchmark products")
      for i in 0..<memory.count { memory.pointer[i] = Float(random.uniform() - 0.5) }
      layout = Workspace.Layout(base: memory.pointer)
      (input, output, weights) = Operands.place(shape, &layout)
    }

    private static func place(_ shape: Shape, _ layout: inout Workspace.Layout) -> (Matrix, Matrix, Matrix) {
      (
        layout.matrix(shape.rows, shape.inputs), layout.matrix(shape.rows, shape.outputs),
        Matrix(
          layout.array(shape.outputs * shape.inputs), rows: shape.outputs, columns: shape.inputs, stride: shape.inputs)
      )
    }

    /// The weights as a level's product reads them; panels differ in width between levels.
    func pack(_ level: KernelSet) -> PackedOperand {
      let isForward = shape.kind == .forward
      let (inner, columns) = isForward ? (shape.inputs, shape.outputs) : (shape.outputs, shape.inputs)
      return PackedOperand(count: MatrixProduct.packedCount(inner: inner, columns: columns)) { packed in
        MatrixProduct.pack(
          level, source: weights.pointer, innerStride: isForward ? 1 : shape.inputs,
          columnStride: isForward ? shape.inputs : 1, inner: inner, columns: columns, into: packed)
      }
    }

    func run(_ level: KernelSet, _ packed: PackedOperand) {
      switch shape.kind {
      case .forward: MatrixProduct.withPacked(level, a: input, packed: packed.pointer, bias: nil, into: output)
      case .inputGradient: MatrixProduct.withPacked(level, a: output, packed: packed.pointer, bias: nil, into: input)
      case .weightGradient: MatrixProduct.transposed(level, a: output, b: input, into: weights)
      }
    }

    func runOpenBLAS() {
      switch shape.kind {
      case .forward: OpenBLASProduct.run(a: input, b: weights, transposingB: true, into: output)
      case .inputGradient: OpenBLASProduct.run(a: output, b: weights, into: input)
      case .weightGradient: OpenBLASProduct.run(a: output, transposingA: true, b: input, into: weights)
      }
    }
  }

  private final class PackedOperand {
    private let memory: FloatBuffer

    init(count: Int, fill: (UnsafeMutablePointer<Float>) -> Void) {
      memory = FloatBuffer(count: count)
      fill(memory.pointer)
    }

    var pointer: UnsafePointer<Float> { UnsafePointer(memory.pointer) }
  }
}
