import TestSupport
import Testing
import TrainingTestSupport
import ViTArchitecture
import ViTData
import ViTFiles
import ViTNumerics
import ViTPruning
import ViTTraining

@Suite struct SparsityTests {
  private let folder = TemporaryFolder()

  /// Two blocks; the second's values and MLP have widths that are no multiple of four.
  private let architecture = Architecture(
    imageSize: 8, channels: 1, patchSize: 4, classCount: 4, hasDistillationToken: true, embedding: 16,
    blocks: [
      .init(heads: 2, queryKey: 4, value: 6, mlpHidden: 24), .init(heads: 1, queryKey: 4, value: 6, mlpHidden: 30),
    ])

  private static let denseLayers = ["blocks.1.attn.proj.weight", "blocks.1.mlp.fc2.weight"]

  /// Noise with a bright row of its own for each class.
  private var images: ImageSet { .striped(count: 128, purpose: "sparsity images") }

  private func train(_ mask: WeightMask?, threads: Int = 2) throws -> ModelWeights {
    var recipe = TrainingRecipe()
    recipe.epochs = 3
    recipe.batchSize = 32
    recipe.learningRate = 5e-3
    recipe.emaDecay = 0.9
    recipe.gradientClip = 1
    let trainer = Trainer(
      recipe: recipe, images: images, normalization: Normalization(of: images), threads: threads)
    return try trainer.train(
      .init(architecture, seed: 1, mask: mask), .init(from: .weights(ModelWeights(architecture, seed: 1)))
    ) { _ in true }.weights
  }

  private func write(_ weights: ModelWeights) throws -> SafeTensorsFile {
    let path = folder("model.safetensors")
    try Checkpoint.write(weights, recipe: nil, mean: [0.5], standardDeviation: [0.5], to: path)
    return try SafeTensorsFile(contentsOf: path)
  }

  @Test func `The two largest magnitudes of each four stay, and the first of equal ones`() throws {
    let weights = ModelWeights(architecture, seed: 1)
    let name = "blocks.0.attn.proj.weight"
    var values = try #require(weights.values(of: name))
    values.replaceSubrange(0..<12, with: [0.1, -3, 2, -0.5, 1, 1, -1, 1, 0, 0, -0.25, 0])
    weights.setValues(of: name, to: values)
    let masked = SparsityPattern.twoOfFour.mask(of: weights).applied(to: weights)
    let found = try #require(masked.values(of: name))
    #expect(Array(found[0..<12]) == [0, -3, 2, 0, 1, 1, 0, 0, 0, 0, -0.25, 0])
  }

  @Test func `Every group of every fitting layer keeps the pair with the largest sum of magnitudes`() throws {
    let weights = ModelWeights(architecture, seed: 4)
    let masked = SparsityPattern.twoOfFour.mask(of: weights).applied(to: weights)
    for entry in weights.table.entries {
      let (old, new) = (try #require(weights.values(of: entry.name)), try #require(masked.values(of: entry.name)))
      let isSparse = SparseSize(architecture, pattern: .twoOfFour).sparseLayers.contains(entry.name)
      guard isSparse else {
        #expect(new == old, "\(entry.name)")
        continue
      }
      for start in stride(from: 0, to: entry.count, by: 4) {
        let (group, kept) = (Array(old[start..<start + 4]), Array(new[start..<start + 4]))
        #expect(zip(group, kept).allSatisfy { $1 == 0 || $1 == $0 } && kept.count { $0 != 0 } == 2)
        // Over all six pairs.
        let best = (0..<3).flatMap { a in (a + 1..<4).map { group[a].magnitude + group[$0].magnitude } }.max()
        #expect(kept.filter { $0 != 0 }.reduce(0) { $0 + $1.magnitude } == best)
      }
    }
  }

  @Test func `The pattern holds in the file after training, the layers that it does not fit stay dense`() throws {
    let pattern = SparsityPattern.twoOfFour
    let mask = pattern.mask(of: ModelWeights(architecture, seed: 1))
    let weights = try train(mask)
    let check = try pattern.check(try write(weights))
    #expect(check.holds)
    #expect(check.layers.map(\.violations).allSatisfy { $0 == 0 })
    #expect(check.layers.filter { !$0.isSparse }.map(\.name) == Self.denseLayers)
    let size = SparseSize(architecture, pattern: pattern)
    #expect(size.denseLayers.map(\.name) == Self.denseLayers && size.denseLayers.map(\.inputs) == [6, 30])
    #expect(check.parameters == architecture.parameterCount && size.parameters == architecture.parameterCount)
    #expect(size.remainingParameters == size.parameters - mask.droppedCount)
    // All that is free to differ from zero does after training, but for what may be zero by chance.
    #expect((size.remainingParameters - 8...size.remainingParameters).contains(check.nonZeroParameters))
    // Zero bit for bit, in the moving average that is written too.
    for layer in check.layers where layer.isSparse {
      let values = try #require(weights.values(of: layer.name))
      for start in stride(from: 0, to: values.count, by: 4) {
        #expect(values[start..<start + 4].count { $0.bitPattern == 0 } >= 2)
      }
    }
    let dense = try pattern.check(try write(try train(nil)))
    #expect(!dense.holds && dense.layers.filter { $0.groups > 0 }.allSatisfy { $0.violations > 0 })
  }

  @Test func `Sparse training is the same with any number of threads`() throws {
    let mask = SparsityPattern.twoOfFour.mask(of: ModelWeights(architecture, seed: 1))
    func bits(_ threads: Int) throws -> [[UInt32]] {
      let weights = try train(mask, threads: threads)
      return weights.table.entries.map { (weights.values(of: $0.name) ?? []).map(\.bitPattern) }
    }
    let expected = try bits(1)
    #expect(try bits(2) == expected)
    #expect(try bits(4) == expected)
  }

  /// Source of the counts: DeiT-B has 12 blocks of 768 x 2304 + 768 x 768 + 2 x 768 x 3072 weights in linear layers.
  @Test func `Linear layers halve, which takes 2.6 times fewer parameters to 5.1 times`() {
    let dense = SparseSize(.deitBase(), pattern: .twoOfFour)
    let linear = 12 * (768 * 2304 + 768 * 768 + 2 * 768 * 3072)
    #expect(dense.parameters == 86_567_656)
    #expect(dense.remainingParameters == 86_567_656 - linear / 2)
    #expect(dense.sparseLayers.count == 48 && dense.denseLayers.isEmpty && dense.unacceleratedLayers.isEmpty)

    // Widths that leave about what NViT-B has: 2.57 times fewer than DeiT-B is published, 5.14 with sparsity.
    var pruned = Architecture.deitBase()
    pruned.embedding = 496
    pruned.blocks = Array(repeating: .init(heads: 8, queryKey: 48, value: 64, mlpHidden: 1872), count: 12)
    let small = SparseSize(pruned, pattern: .twoOfFour)
    let left = 12 * (496 * 8 * (2 * 48 + 64) + 8 * 64 * 496 + 2 * 496 * 1872)
    #expect(small.parameters - small.remainingParameters == left / 2)
    let ratio = Double(linear) / Double(left)
    #expect(abs(ratio - 2.57) < 0.01)
    #expect(Double(linear) / Double(left - (small.parameters - small.remainingParameters)) == 2 * ratio)
    #expect(small.unacceleratedLayers.isEmpty)
  }

  @Test func `Widths that sparse tensor cores cannot use are named`() {
    let size = SparseSize(architecture, pattern: .twoOfFour)
    // Inputs of 12 and 24 are no multiples of 16; outputs of 28, 14 and 30 are none of 8.
    #expect(
      size.unacceleratedLayers == [
        "blocks.0.attn.qkv.weight", "blocks.0.attn.proj.weight", "blocks.0.mlp.fc2.weight",
        "blocks.1.attn.qkv.weight", "blocks.1.mlp.fc1.weight",
      ])
  }

  @Test func `Files without linear layers of a vision transformer are refused`() throws {
    let path = folder("other.safetensors")
    try SafeTensorsFile.write(
      tensors: [.init("layer.weight", shape: [1, 1], values: [1])], metadata: [:], to: path)
    let error = #expect(throws: FileError.self) {
      try SparsityPattern.twoOfFour.check(SafeTensorsFile(contentsOf: path))
    }
    #expect(error?.description.contains("blocks.0.mlp.fc1.weight") == true)
  }
}
