import Testing
import TrainingTestSupport
import ViTArchitecture
import ViTTraining

@Suite struct ParameterTableTests {
  /// The keys and shapes of `timm.create_model("deit_tiny_patch16_224")` and `"deit_tiny_distilled_patch16_224"`, in
  /// the order of their state dictionaries (timm 1.0.31).
  private func timmTensors(distilled: Bool) -> [(String, [Int])] {
    let e = 192
    var tensors: [(String, [Int])] = [("cls_token", [1, 1, e]), ("pos_embed", [1, distilled ? 198 : 197, e])]
    if distilled { tensors.append(("dist_token", [1, 1, e])) }
    tensors += [("patch_embed.proj.weight", [e, 3, 16, 16]), ("patch_embed.proj.bias", [e])]
    for block in 0..<12 {
      tensors += [
        ("norm1.weight", [e]), ("norm1.bias", [e]), ("attn.qkv.weight", [3 * e, e]), ("attn.qkv.bias", [3 * e]),
        ("attn.proj.weight", [e, e]), ("attn.proj.bias", [e]), ("norm2.weight", [e]), ("norm2.bias", [e]),
        ("mlp.fc1.weight", [4 * e, e]), ("mlp.fc1.bias", [4 * e]), ("mlp.fc2.weight", [e, 4 * e]),
        ("mlp.fc2.bias", [e]),
      ].map { ("blocks.\(block).\($0.0)", $0.1) }
    }
    tensors += [("norm.weight", [e]), ("norm.bias", [e]), ("head.weight", [1000, e]), ("head.bias", [1000])]
    if distilled { tensors += [("head_dist.weight", [1000, e]), ("head_dist.bias", [1000])] }
    return tensors
  }

  @Test(arguments: [(false, 152, 5_717_416), (true, 155, 5_910_800)])
  func `Names, shapes and order are timm's`(distilled: Bool, tensorCount: Int, parameterCount: Int) {
    let table = ParameterTable(.deitTiny(distilled: distilled))
    let expected = timmTensors(distilled: distilled)
    #expect(expected.count == tensorCount)
    #expect(table.entries.map(\.name) == expected.map(\.0))
    #expect(table.entries.map(\.shape) == expected.map(\.1))
    #expect(table.entries.reduce(0) { $0 + $1.count } == parameterCount)
  }

  static let architectures: [Architecture] = [
    .small(), .small(distilled: true), .deitSmall(distilled: true), .revit(embedding: 176, rule: .officialCode),
  ]

  @Test(arguments: architectures)
  func `Elements add up to the architecture's parameters, in disjoint aligned places`(architecture: Architecture) {
    let table = ParameterTable(architecture)
    #expect(table.entries.reduce(0) { $0 + $1.count } == architecture.parameterCount)
    #expect(Set(table.entries.map(\.name)).count == table.entries.count)
    var end = 0
    for entry in table.entries {
      #expect(entry.offset % 16 == 0 && entry.offset >= end, "\(entry.name)")
      end = entry.range.upperBound
    }
    #expect(table.floatCount >= end)
  }

  @Test(arguments: architectures)
  func `Rows and columns are as many as the units that they belong to`(architecture: Architecture) {
    func length(_ unit: ParameterTable.StructuralUnit) -> Int? {
      switch unit {
      case .embedding: return architecture.embedding
      case .queryKeyValue(let index):
        let block = architecture.blocks[index]
        return block.heads * (2 * block.queryKey + block.value)
      case .value(let index): return architecture.blocks[index].heads * architecture.blocks[index].value
      case .mlpHidden(let index): return architecture.blocks[index].mlpHidden
      case .fixed: return nil
      }
    }
    for entry in ParameterTable(architecture).entries {
      if let rows = length(entry.rowUnit) { #expect(entry.shape[0] == rows, "\(entry.name)") }
      if let columns = length(entry.columnUnit) { #expect(entry.shape.last == columns, "\(entry.name)") }
      // Whatever is as long as a unit without belonging to it is one row of tokens, pixels or classes.
      if entry.name.hasPrefix("blocks.") {
        #expect(entry.rowUnit != .fixed)
        #expect((entry.columnUnit == .fixed) == (entry.shape.count == 1), "\(entry.name)")
      }
    }
  }

  @Test func `Only weights of linear layers decay`() {
    for entry in ParameterTable(.small(distilled: true)).entries {
      let isNorm = entry.name.contains("norm")
      #expect(entry.isDecayed == (entry.name.hasSuffix(".weight") && !isNorm), "\(entry.name)")
    }
  }

  @Test func `Weight decay shrinks what decays and nothing else`() throws {
    // With a learning rate so small that the gradient's part is lost, but a decay that makes their product 0.5.
    let weights = ModelWeights.lively(.small(distilled: true), seed: 1)
    let before = weights.allValues
    let batch = TrainingEngine.Batch.random(weights.architecture, count: 2)
    let engine = TrainingEngine(
      weights: weights, batchSize: 2, terms: .fullModel(temperature: 1), threads: 1)
    var update = TrainingEngine.Update(learningRate: 1e-12)
    update.weightDecay = 0.5e12
    _ = engine.step(batch, update)
    for (entry, values) in zip(weights.table.entries, before) {
      let factor: Float = entry.isDecayed ? 0.5 : 1
      let found = try #require(weights.values(of: entry.name))
      // The first AdamW step moves a weight by at most the learning rate.
      #expect(zip(found, values).allSatisfy { abs($0 - factor * $1) <= 1e-6 * abs($1) + 2e-12 }, "\(entry.name)")
    }
  }
}
