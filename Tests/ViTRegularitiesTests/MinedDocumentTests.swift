import Testing
import ViTArchitecture
import ViTNumerics
import ViTRegularities

@Suite struct `A mined document` {
  private let training: MinedDocument.Training = {
    var recipe = TrainingRecipe()
    recipe.epochs = 6.5
    recipe.learningRate = 0.0021
    recipe.minimumLearningRate = 0.00001
    recipe.warmupEpochs = 0.6
    recipe.gradientClip = 1.25
    recipe.emaDecay = 0.999
    recipe.labelSmoothing = 0.1
    recipe.dropPath = 0.05
    recipe.augmentation.cropPadding = 2
    recipe.augmentation.mixup = 0.8
    var distillation = TrainingRecipe.Distillation(teacher: "/models/te: #acher\\\"s\n.safetensors")
    distillation.kind = .soft
    distillation.weight = 0.3
    distillation.temperature = 3
    recipe.distillation = distillation
    var latency = LatencySettings()
    latency.source = .file("/tables/v100 'x'.json")
    latency.batchSize = 32
    latency.threads = 2
    latency.budgetSeconds = 12.5
    let dataset = DatasetSpecification(
      format: .idx, path: "/data/- {fashion}: ü", validationCount: 5000, trainingLimit: 4000, testLimit: 300,
      splitSeed: 7)
    return MinedDocument.Training(dataset: dataset, recipe: recipe, latency: latency)
  }()

  private func document(
    _ runs: [PrunedDimensions], isOpen: Bool = true, targets: [String]? = nil
  ) throws -> MinedDocument {
    let found = try Mining(replicates: 50).regularities(of: runs)
    var document = MinedDocument(
      name: "mined", path: "mined.yaml", regularities: found, training: training, attentionScale: .fixed(0.25),
      origin: "nvit test, 2026-01-31")
    document.isOpen = isOpen
    if let targets { document.targets = targets }
    return document
  }

  /// Every profile that a document can hold, with few and with many blocks.
  @Test(
    arguments: [
      SyntheticFamilies.plateau(1.6, middle: 2, rise: 4, fall: 9),
      SyntheticFamilies.bell(1.4, height: 2.2, peak: 6.5, width: 2.5), SyntheticFamilies.linear(1.5, last: 1.8),
      SyntheticFamilies.constant(2), SyntheticFamilies.units(400),
      { embedding, block in embedding * (block <= 3 ? 1 : block <= 8 ? 2 : 1.5) },
      { embedding, block in embedding * (1 + 0.4 * abs(block.truncatingRemainder(dividingBy: 4) - 1.5)) },
      { embedding, block in embedding * (1 + (block <= 6 ? block / 6 : (12 - block) / 9)) },
    ] as [SyntheticFamilies.Rule])
  func `is read back, and its members have the widths of the fits`(rule: @escaping SyntheticFamilies.Rule) throws {
    for isOpen in [true, false] {
      let families = SyntheticFamilies(
        rules: [.mlpHidden: rule, .heads: SyntheticFamilies.constant(0.05)], noise: 0.02)
      let document = try document(families.runs(seed: 11), isOpen: isOpen)
      let space = try document.parsed()
      let open = space.rule.openNumbers.map(\.path)
      #expect(open.first == "architecture.embedding" && open.count <= 9)
      #expect(isOpen || open.count == 1)
      // Beside an open base stands what was fitted; a fixed one is that.
      #expect(document.text.contains("    # fitted ") == isOpen)
      for kind in document.regularities.kinds { #expect(document.text.contains("    floor: \(kind.groupSize)\n")) }
      guard !isOpen else { continue }
      let range = document.regularities.embedding
      #expect(space.rule.embeddingRange.lowerBound <= range.minimum)
      #expect(space.rule.embeddingRange.upperBound >= range.maximum)
      for share in [0.1, 0.5, 0.9] {
        let member = try space.rule.architecture(at: [share])
        for kind in document.regularities.kinds {
          let fitted = kind.widths(embedding: Double(member.embedding))
          for (width, exact) in zip(member.widths(of: kind.kind), fitted) {
            // Half a group of rounding, and two numbers with three digits each.
            #expect(abs(Double(width) - exact.value) <= 0.501 * Double(kind.groupSize) + 0.01 * exact.value)
          }
        }
      }
    }
  }

  @Test func `carries the training over exactly`() throws {
    let space = try document(SyntheticFamilies(rules: [:]).runs(seed: 1)).parsed()
    #expect(space.dataset == training.dataset)
    #expect(space.recipe == training.recipe)
    #expect(space.latency == training.latency)
  }

  @Test func `names the dense model and narrower ones, and targets relative to it`() throws {
    let runs = SyntheticFamilies(rules: [:]).runs(seed: 1)
    let space = try document(runs, targets: ["0.5x", "0.2x", "12.5ms"]).parsed()
    #expect(
      space.targets == [.relative(0.5, baseline: "deit-192"), .relative(0.2, baseline: "deit-192"), .seconds(0.0125)])
    #expect(space.baselines.first?.architecture == runs[0].dense)
    let costs = space.baselines.map {
      Double($0.architecture.multiplyAccumulates) / Double(runs[0].dense.multiplyAccumulates)
    }
    #expect(costs == costs.sorted(by: >) && costs.count >= 3 && costs.count <= 8)
    // The smallest target is bracketed.
    #expect((costs.last ?? 1) < 0.2 && costs.contains { $0 > 0.2 })
    for baseline in space.baselines {
      // DeiT's proportions: head width kept, heads and MLP in step with E.
      let block = baseline.architecture.blocks[0]
      #expect(
        block.heads * 16 == baseline.architecture.embedding && block.mlpHidden == 4 * baseline.architecture.embedding)
    }
  }

  /// An embedding that hardly shrinks while all else does: the rules' members must still reach both ends.
  @Test func `reaches the cost of the largest and the smallest snapshot`() throws {
    let families = SyntheticFamilies(
      rules: [
        .mlpHidden: { embedding, _ in 6 * (embedding - 110) }, .heads: { embedding, _ in 0.1 * (embedding - 100) },
        .queryKey: { embedding, _ in 0.3 * (embedding - 100) },
      ], noise: 0.02, embeddingShares: [0.95, 0.85, 0.75, 0.68])
    let document = try document(families.runs(seed: 1), isOpen: false)
    let space = try document.parsed()
    let shares = document.regularities.costShares.map(\.share.value)
    let costs = try [0, 0.999].map {
      Double(try space.rule.architecture(at: [$0]).multiplyAccumulates) / Double(families.dense.multiplyAccumulates)
    }
    // A tenth beyond both, by which latency models may differ.
    #expect(
      costs[0] <= 0.9 * shares[3] && (costs[1] >= 1.1 * shares[0] || space.rule.embeddingRange.upperBound == 192))
  }

  @Test(arguments: [1, 3]) func `is written for a dense model of few heads`(heads: Int) throws {
    var families = SyntheticFamilies(rules: [:])
    families.block.heads = heads
    let space = try document(families.runs(seed: 1)).parsed()
    #expect(space.baselines.count >= 3)
  }

  @Test func `keeps what a folder's name holds out of its lines`() throws {
    var runs = SyntheticFamilies(rules: [:]).runs(seed: 1)
    runs[0].source = "a\nname: b\u{2028}c\r\n: - \u{0}"
    #expect(try document(runs).parsed().name == "mined")
  }

  @Test func `of one snapshot has one embedding and is still a space`() throws {
    var families = SyntheticFamilies(rules: [.mlpHidden: SyntheticFamilies.plateau(1.6, middle: 2, rise: 4, fall: 9)])
    families.embeddingShares = [0.5]
    families.runCount = 1
    let document = try document(families.runs(seed: 1))
    let space = try document.parsed()
    #expect(space.rule.embeddingRange.count == 1)
    #expect(document.text.contains("# - one run:"))
  }

  /// The whole way: a shipped kind of document, its members with noise, the document mined from them.
  @Test func `mined from the members of another document has their rule`() throws {
    let text = """
      nvit: 1
      name: known
      architecture: {image-size: 28, channels: 1, patch-size: 7, classes: 10, depth: 12, embedding: {choices: [256, 208, 160, 112]}}
      rule:
        heads: {base: 0.04E, round: 1, floor: 1}
        query-key: {base: 0.15E, round: 4, profile: {linear: {first: 1, last: 1.6}}}
        value: 48
        mlp-hidden: {base: 1.5E, round: 16, profile: {plateau: {ends: 1, middle: 2, rise: 4, fall: 9}}}

      """
    let known = try SearchSpace(parsing: text, path: "known.yaml")
    var dense = try known.rule.architecture(at: [0.1])
    dense.embedding = 320
    dense.blocks = Array(repeating: .init(heads: 20, queryKey: 96, value: 64, mlpHidden: 1280), count: 12)
    let runs = try (0..<3).map { run in
      var random = CounterRandom(seed: 4, purpose: "test.document", stream: UInt64(run))
      let snapshots = try (0..<4).map { index in
        var pruned = try known.rule.architecture(at: known.rule.point(numbered: index))
        for block in pruned.blocks.indices {
          // One group more or less, now and then.
          pruned.blocks[block].mlpHidden += 16 * Int((0.6 * random.gaussian()).rounded())
          pruned.blocks[block].queryKey += 4 * Int((0.4 * random.gaussian()).rounded())
        }
        return (target: "\(0.8 - 0.2 * Double(index))x", architecture: pruned)
      }
      return PrunedDimensions(source: "run \(run)", seed: UInt64(run), dense: dense, snapshots: snapshots)
    }
    let mined = try document(runs, isOpen: false)
    let space = try mined.parsed()
    #expect(mined.text.contains("rise: 4, fall: 9"))
    for embedding in [256, 208, 160] {
      let coordinate = try #require(space.rule.openNumbers[0].domain.coordinate(of: Double(embedding)))
      let member = try space.rule.architecture(at: [coordinate])
      let truth = try known.rule.architecture(
        at: known.rule.point(numbered: [256, 208, 160].firstIndex(of: embedding) ?? 0))
      for (block, exact) in zip(member.blocks, truth.blocks) {
        // One group, which is what the noise was made of; for heads rounding moves the base by a tenth.
        #expect(abs(block.heads - exact.heads) <= 1 && block.value == exact.value)
        #expect(abs(block.queryKey - exact.queryKey) <= 4 && abs(block.mlpHidden - exact.mlpHidden) <= 16)
      }
    }
  }
}
