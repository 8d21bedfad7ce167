import Testing
import ViTArchitecture
import ViTNumerics

@Suite struct `Open numbers` {
  private static let architecture =
    "{image-size: 32, channels: 3, patch-size: 8, classes: 10, depth: {from: 2, through: 4}, "
    + "embedding: {from: 48, through: 96, step: 8}}"

  private func number(_ text: String) throws -> OpenNumber {
    let space = try Document.space(Document.text(mlpHidden: "{base: \(text)}"))
    #expect(space.rule.openNumbers.count == 1)
    return space.rule.openNumbers[0]
  }

  @Test func `Numbers in quotation marks are what they are without`() throws {
    let dataset = "dataset: {format: idx, path: data, validation-count: 20}"
    let plain = Document.text(
      heads: "{choices: [1, 2]}", mlpHidden: "{base: {from: 1E, through: 3E, step: 1E}, round: 8}",
      rest: """
        \(dataset)
        recipe: {epochs: 1, batch-size: 8, learning-rate: 0.002}
        search: {seed: 7, start-candidates-per-target: 8, rungs: [0.5, 1], random-search: true}
        """)
    let quoted = Document.text(
      heads: "{choices: ['1', \"2\"]}", mlpHidden: "{base: {from: '1E', through: \"3E\", step: '1E'}, round: '8'}",
      rest: """
        \(dataset)
        recipe: {epochs: '1', batch-size: "8", learning-rate: '0.002'}
        search: {seed: '7', start-candidates-per-target: "8", rungs: ['0.5', '1'], random-search: 'true'}
        """)
    #expect(Document.mistakes(quoted) == [])
    #expect(try Document.space(quoted) == Document.space(plain))
  }

  @Test func `Stepped ranges and choices give each value an equal share`() throws {
    let range = try number("{from: 48, through: 96, step: 8}")
    #expect(range.path == "rule.mlp-hidden.base")
    #expect((0..<7).map { range.value(at: (Double($0) + 0.5) / 7) } == [48, 56, 64, 72, 80, 88, 96])
    #expect(range.value(at: 0) == 48 && range.value(at: 1.0 / 7 - 1e-9) == 48 && range.value(at: 1.0 / 7 + 1e-9) == 56)
    #expect(range.value(at: 1 - 0x1p-53) == 96 && range.value(at: 1) == 96 && range.value(at: -1) == 48)
    let choices = try number("{choices: [1E, 4E, 2E]}")
    #expect([0.1, 0.5, 0.9].map(choices.value(at:)) == [1, 4, 2])
    #expect(choices.unit == .timesEmbedding && choices.domainText == "1E, 4E, 2E")
  }

  /// The geometric mean stands in the middle of a log range.
  @Test func `Log ranges are uniform in log scale`() throws {
    let range = try number("{from: 1, through: 100, log: true}")
    #expect(abs(range.value(at: 0.5) - 10) < 1e-12)  // One rounding of pow.
    #expect(range.value(at: 0) == 1 && range.value(at: 1) <= 100)
    #expect(range.domain.count == nil)
    // Of the cells [1, 2), [2, 3), [3, 4) on a log axis from 1 to 4, the first takes one half.
    let steps = try number("{from: 1, through: 3, step: 1, log: true}")
    #expect([0.0, 0.49, 0.51, 0.79, 0.80, 0.99].map(steps.value(at:)) == [1, 1, 2, 2, 3, 3])
  }

  @Test(arguments: [
    "{from: 48, through: 96, step: 8}", "{from: 1, through: 3, step: 0.1}", "{choices: [5, 1, 0.5]}",
    "{from: 1, through: 9, step: 1, log: true}", "{from: 1, through: 4}", "{from: 1, through: 4, log: true}",
  ])
  func `A value's coordinate gives the value back`(text: String) throws {
    let number = try number(text)
    for step in 0..<100 {
      let value = number.value(at: Double(step) / 100)
      let coordinate = try #require(number.domain.coordinate(of: value))
      // A continuous log range goes through log and pow: a few roundings.
      #expect(abs(number.value(at: coordinate) - value) <= 1e-14 * value)
    }
    #expect(number.domain.coordinate(of: 1000) == nil && number.domain.coordinate(of: -1) == nil)
  }

  @Test func `Every point of a small space is met once by its number`() throws {
    let space = try Document.space(
      Document.text(architecture: Self.architecture, heads: "{choices: [1, 2, 4]}", value: "{from: 8, through: 9}"))
    let rule = space.rule
    #expect(
      rule.openNumbers.map(\.path) == ["architecture.depth", "architecture.embedding", "rule.heads", "rule.value"])
    #expect(rule.cardinality == 3 * 7 * 3 * 2)
    let values = (0..<126).map { rule.values(at: rule.point(numbered: $0)).map(\.value) }
    #expect(Set(values).count == 126)
    #expect(values[0] == [2, 48, 1, 8] && values[1] == [2, 48, 1, 9] && values[125] == [4, 96, 4, 9])
    #expect(rule.depthRange == 2...4 && rule.embeddingRange == 48...96)
  }

  @Test func `A continuous number makes the space infinite, and a huge one is not counted`() throws {
    #expect(try Document.space(Document.text(heads: "{base: {from: 1, through: 2}}")).rule.cardinality == nil)
    #expect(try Document.space(Document.text()).rule.cardinality == 1)
    let axis = "{from: 1, through: 999999}"
    let huge =
      "{base: 1, profile: {list: [\(Array(repeating: "{from: 0, through: 999, step: 0.001}", count: 12).joined(separator: ", "))]}}"
    #expect(try Document.space(Document.text(mlpHidden: axis)).rule.cardinality == 999_999)
    #expect(try Document.space(Document.text(mlpHidden: huge)).rule.cardinality == nil)
  }

  @Test func `A named number is one axis, wherever it is used`() throws {
    let space = try Document.space(
      Document.text(
        heads: "{base: 1, profile: {plateau: {middle: boost, rise: 4}}}",
        mlpHidden: "{base: 10, profile: {plateau: {middle: boost, rise: 4}}}",
        rest: "numbers: {boost: {choices: [1, 3]}}"))
    #expect(space.rule.openNumbers.map(\.path) == ["numbers.boost"])
    let high = try space.rule.architecture(at: [0.9])
    #expect(high.blocks[5].heads == 3 && high.blocks[5].mlpHidden == 30 && high.blocks[0].mlpHidden == 10)
    #expect(try space.rule.architecture(at: [0.1]).blocks[5].heads == 1)
  }

  @Test func `Every number of a dimension can be open`() throws {
    let space = try Document.space(
      Document.text(
        architecture: Self.architecture,
        heads: """
          {base: {from: 1, through: 2, step: 0.5}, floor: {choices: [1, 2]}, round: {to: {choices: [1, 2]}},
                  profile: {bell: {ends: {choices: [1, 2]}, height: {from: 2, through: 3}, peak: {from: 0%, through: 100%},
                                   width: {from: 1, through: 2}}}}
          """,
        queryKey:
          "{base: 8, profile: {stages: [{blocks: {first: 1, last: {from: 1, through: 2}}, factor: {choices: [1, 2]}}]}}",
        value:
          "{base: 8, profile: {spline: {knots: [{at: first, factor: 1}, {at: {from: 60%, through: 90%}, factor: {choices: [1, 2]}}]}}}",
        mlpHidden: "{base: 8, profile: {linear: {first: {choices: [1, 2]}, last: {from: 1, through: 3}}}}"))
    #expect(space.rule.openNumbers.count == 2 + 7 + 2 + 2 + 2)
    var random = CounterRandom(seed: 1, purpose: "test")
    for _ in 0..<1000 {
      let architecture = try space.rule.architecture(at: space.rule.openNumbers.map { _ in random.uniform() })
      #expect(space.rule.depthRange.contains(architecture.depth))
      #expect(architecture.blocks.allSatisfy { (8...24).contains($0.mlpHidden) && (8...16).contains($0.queryKey) })
    }
  }

  @Test func `Points of the wrong length and contradictions at a point are errors`() throws {
    let space = try Document.space(
      Document.text(
        heads: "{base: 1, profile: {plateau: {middle: 2, rise: {choices: [2, 8]}, fall: {choices: [4, 10]}}}}"))
    #expect(throws: ArchitectureError.self) { try space.rule.architecture(at: [0.5]) }
    let error = #expect(throws: ArchitectureError.self) { try space.rule.architecture(at: [0.9, 0.1]) }
    #expect(error?.description == "heads: a plateau rises at block 8 and falls at block 4, expected it to rise first")
    #expect(try space.rule.architecture(at: [0.9, 0.9]).blocks.map(\.heads) == [1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 1, 1])
  }
}

@Suite struct `Solving a family` {
  private func brute(_ rule: ScalingRule, below target: Double, _ cost: (Architecture) -> Double) throws -> Double? {
    try (0..<#require(rule.cardinality)).map { try cost(rule.architecture(at: rule.point(numbered: $0))) }
      .filter { $0 <= target }.max()
  }

  @Test(arguments: [5_800_000, 23_000_000, 22_050_664, 60_000_000])
  func `Enumeration finds the closest member below`(target: Int) throws {
    let rule = try SearchSpace(contentsOf: "\(Document.shipped)/deit.yaml").rule
    let solution = try RuleSolver.member(of: rule, closestBelow: Double(target)) { Double($0.parameterCount) }
    #expect(try solution.cost == brute(rule, below: Double(target)) { Double($0.parameterCount) })
    #expect(try rule.architecture(at: solution.point) == solution.architecture)
    #expect(solution.method == .enumerated(members: 16))
    #expect(Int(solution.cost) == solution.architecture.parameterCount && solution.cost <= Double(target))
  }

  @Test func `DeiT-S is the DeiT of its own size`() throws {
    let rule = try SearchSpace(contentsOf: "\(Document.shipped)/deit.yaml").rule
    let solution = try RuleSolver.member(of: rule, closestBelow: 4_598_882_304) { Double($0.multiplyAccumulates) }
    #expect(solution.architecture == .deitSmall())
  }

  /// A smooth one-dimensional family: MLP widths 64 to 4096 in steps of 1, of which a target between two is met to
  /// within one step. The second axis only makes the family too large to enumerate.
  @Test func `Sampling a large family comes within one step of the target`() throws {
    let space = try Document.space(
      Document.text(value: "{from: 1, through: 4096}", mlpHidden: "{from: 64, through: 4096}"))
    let target = 2_000_000.5
    let solution = try RuleSolver.member(of: space.rule, closestBelow: target) { Double($0.parameterCount) }
    guard case .sampled(let evaluations) = solution.method else { Issue.record("enumerated"); return }
    #expect(evaluations >= 20_000)
    // One unit of the MLP in all twelve blocks holds 12 x (2 x 64 + 1) parameters.
    #expect(solution.cost <= target && target - solution.cost < 12 * 129)
  }

  /// The same family from the other side: what is left of a hundred million parameters falls along both axes.
  @Test func `A cost that falls along an axis is met as closely`() throws {
    let space = try Document.space(
      Document.text(value: "{from: 1, through: 4096}", mlpHidden: "{from: 64, through: 4096}"))
    let target = 98_000_000.5
    let solution = try RuleSolver.member(of: space.rule, closestBelow: target) { 1e8 - Double($0.parameterCount) }
    #expect(solution.cost <= target && target - solution.cost < 12 * 129)
  }

  @Test func `Constraints hold, and what cannot be reached says what can`() throws {
    let space = try SearchSpace(contentsOf: "\(Document.shipped)/deit.yaml")
    let narrow = Constraint(quantity: .embedding, range: 0...200)
    let solution = try RuleSolver.member(of: space.rule, closestBelow: 1e9, constraints: [narrow]) {
      Double($0.parameterCount)
    }
    #expect(solution.architecture == .deitTiny())
    let error = #expect(throws: SolverError.self) {
      try RuleSolver.member(of: space.rule, closestBelow: 1000, constraints: [narrow]) { Double($0.embedding + 2000) }
    }
    #expect(error?.description == "no member is at or below 1000; members reach from 2064 to 2192")
    let none = #expect(throws: SolverError.self) {
      try RuleSolver.member(of: space.rule, closestBelow: 1e9) { _ in nil }
    }
    #expect(none?.description == "no member meets the constraints")
  }
}

@Suite struct `Sections of a document` {
  @Test func `Every section arrives in its type`() throws {
    let space = try Document.space(
      Document.text(
        rest: """
          summary: all of it
          constraints: {parameters: {min: 300k, max: 5M}, macs: {max: 1.2G}, latency: {max: 12ms}, depth: {min: 2}}
          baselines:
            - {name: wide, embedding: 128}
            - {name: own, embedding: 64, depth: 3, heads: 4, query-key: 8, value: 9, mlp-hidden: 1.5E, attention-scale: 0.125}
          targets: [0.5x, 0.25x own, 12ms, 1.5s, 800us]
          dataset: {format: cifar-100, path: data, validation-count: 1_000, training-limit: 7, test-limit: 8, split-seed: 9}
          recipe:
            epochs: 2.5
            learning-rate: 2e-3
            ema-decay: 0.99
            augmentation: {crop-padding: 4, cutmix: 1}
            distillation: {teacher: t.safetensors, kind: soft, temperature: 3}
          latency: {source: file, file: v100.json, batch-size: 256, threads: 2, budget-seconds: 9}
          search: {seed: 18446744073709551615, sampler: random, draws: 10, candidates-per-target: 3, seeds: 5, tolerance: 0.2}
          """))
    #expect(space.summary == "all of it")
    #expect(
      space.constraints == [
        Constraint(quantity: .parameters, range: 300_000...5_000_000),
        Constraint(quantity: .multiplyAccumulates, range: 0...1.2e9),
        Constraint(quantity: .latency, range: 0...0.012), Constraint(quantity: .depth, range: 2...Double.infinity),
      ])
    let frame = { (embedding: Int, block: Architecture.Block, depth: Int, scale: Architecture.AttentionScale) in
      Architecture(
        imageSize: 32, channels: 3, patchSize: 8, classCount: 10, embedding: embedding, attentionScale: scale,
        blocks: Array(repeating: block, count: depth))
    }
    let deit = Architecture.Block(heads: 2, queryKey: 64, value: 64, mlpHidden: 512)
    let own = Architecture.Block(heads: 4, queryKey: 8, value: 9, mlpHidden: 96)
    #expect(space.baselines[0] == Baseline(name: "wide", architecture: frame(128, deit, 12, .inverseSquareRoot)))
    #expect(space.baselines[1] == Baseline(name: "own", architecture: frame(64, own, 3, .fixed(0.125))))
    #expect(
      space.targets == [
        .relative(0.5, baseline: nil), .relative(0.25, baseline: "own"), .seconds(0.012), .seconds(1.5),
        .seconds(0.0008),
      ])
    #expect(
      space.dataset
        == DatasetSpecification(
          format: .cifar100, path: "data", validationCount: 1000, trainingLimit: 7, testLimit: 8, splitSeed: 9))
    var recipe = TrainingRecipe()
    recipe.epochs = 2.5
    recipe.learningRate = 2e-3
    recipe.emaDecay = 0.99
    recipe.augmentation.cropPadding = 4
    recipe.augmentation.cutmix = 1
    recipe.distillation = TrainingRecipe.Distillation(teacher: "t.safetensors")
    recipe.distillation?.kind = .soft
    recipe.distillation?.temperature = 3
    #expect(space.recipe == recipe)
    var latency = LatencySettings()
    latency.source = .file("v100.json")
    latency.batchSize = 256
    latency.threads = 2
    latency.budgetSeconds = 9
    #expect(space.latency == latency)
    var budget = SearchBudget()
    budget.seed = .max
    budget.sampler = .random
    budget.draws = 10
    budget.candidatesPerTarget = 3
    budget.seeds = 5
    budget.tolerance = 0.2
    #expect(space.budget == budget)
  }
}
