import Testing
import ViTArchitecture
import ViTLatency
import ViTNumerics
import ViTPruning

/// Latency as a weighted sum of what blocks and embedding hold, in units of one second.
struct LinearLatency: LatencyPredictor {
  var scale = 1.0
  var embedding = 1.0
  var heads = 1.0
  var mlpHidden = 1.0

  func predict(_ architecture: Architecture) -> Estimate {
    let blocks = architecture.blocks.reduce(0.0) { sum, block in
      sum + heads * Double(block.heads * (2 * block.queryKey + block.value)) + mlpHidden * Double(block.mlpHidden)
    }
    return Estimate(predictedSeconds: scale * (100 + embedding * Double(architecture.embedding) + blocks))
  }
}

@Suite struct `Choice of groups` {
  private let architecture = Architecture.prunable()

  private func scores(_ value: (UnitList, Int) -> Double) -> [Double] {
    let layout = UnitLayout(architecture)
    return zip(layout.lists, layout.ranges).flatMap { list, range in (0..<range.count).map { value(list, $0) } }
  }

  private func choose(
    _ scores: [Double], weight: Double, groups: Int, predictor: any LatencyPredictor = LinearLatency(),
    target: Double = 0, settings: GroupSettings? = nil
  ) throws -> GroupSelection.Result {
    try GroupSelection(
      groups: settings ?? GroupSettings(for: architecture), latencyWeight: weight, predictor: predictor
    ).choose(from: architecture, scores: scores, groupLimit: groups, targetSeconds: target)
  }

  @Test func `Without latency the lowest scores go first`() throws {
    let list = UnitList(.mlpHidden, block: 1)
    let all = scores { found, unit in found == list && [2, 5].contains(unit) ? 0.5 : 1 + Double(unit) }
    let choice = try choose(all, weight: 0, groups: 2)
    #expect(choice.removed == 2)
    #expect(choice.kept[list] == [0, 1, 3, 4, 6, 7, 8])
    #expect(choice.architecture == architecture.keeping(choice.kept))
    #expect(choice.latency == LinearLatency().predict(choice.architecture))
  }

  @Test func `A group's score is the sum of its units'`() throws {
    // Groups of 3 in the second block's MLP, 1 elsewhere: three units of 1 outweigh one of 2.
    let all = scores { list, unit in list.kind == .mlpHidden && list.block == 1 ? 1 : 2 }
    let sizes: [UnitKind: Int] = [.embedding: 1, .heads: 1, .queryKey: 1, .value: 1, .mlpHidden: 3]
    let settings = GroupSettings(for: architecture, sizes: sizes)
    let choice = try choose(all, weight: 0, groups: 1, settings: settings)
    #expect(choice.kept[UnitList(.mlpHidden, block: 1)].count == 9)
    #expect(choice.kept.embedding.count == architecture.embedding - 1)
  }

  @Test(arguments: [0.0, 0.3, 5])
  func `Neither the scale of the scores nor that of the latencies matters`(weight: Double) throws {
    let all = scores { list, unit in Double((unit * 7 + (list.block ?? 5) * 3) % 11 + 1) }
    let plain = try choose(all, weight: weight, groups: 12)
    // Powers of two change no digit.
    let scaled = try choose(all.map { 1024 * $0 }, weight: weight, groups: 12, predictor: LinearLatency(scale: 0.125))
    #expect(plain.kept == scaled.kept)
    #expect(plain.removed == 12)
  }

  @Test func `A large latency weight takes what saves most, and none takes no notice of it`() throws {
    let all = scores { list, _ in list == .embedding ? 3 : 1 }
    let predictor = LinearLatency(embedding: 1000)
    let fast = try choose(all, weight: 1e6, groups: 3, predictor: predictor)
    #expect(fast.kept.embedding.count == 11)
    #expect(try choose(all, weight: 0, groups: 3, predictor: predictor).kept.embedding.count == 14)
  }

  @Test func `What seems to take longer without a group does not count against removing it`() throws {
    let all = scores { _, _ in 1 }
    // Removing hidden units raises this latency; with savings never negative they rank as those that save nothing.
    let odd = LinearLatency(embedding: 0, heads: 0, mlpHidden: -0.5)
    let free = LinearLatency(embedding: 0, heads: 0, mlpHidden: 0)
    #expect(
      try choose(all, weight: 10, groups: 8, predictor: odd).kept
        == choose(all, weight: 10, groups: 8, predictor: free).kept)
  }

  @Test func `Floors hold, whatever the scores`() throws {
    let all = scores { _, _ in 0 }
    let settings = GroupSettings(for: architecture, floors: [.embedding: 6, .queryKey: 2, .mlpHidden: 5])
    let choice = try choose(all, weight: 1, groups: 10_000, settings: settings)
    #expect(choice.architecture == settings.smallest(of: architecture))
    #expect(choice.architecture.embedding == 6)
    #expect(choice.architecture.blocks.allSatisfy { $0 == .init(heads: 1, queryKey: 2, value: 1, mlpHidden: 5) })
    let groups = architecture.unitLists.reduce(0) { $0 + settings.groupCount(of: $1, in: architecture) }
    #expect(choice.removed == groups)
  }

  @Test func `The choice ends where the target is met`() throws {
    let all = scores { _, unit in Double(unit + 1) }
    let target = LinearLatency().predict(architecture).seconds - 20
    let choice = try choose(all, weight: 1, groups: 10_000, target: target)
    #expect(choice.latency.seconds <= target)
    let before = try choose(all, weight: 1, groups: choice.removed - 1, target: target)
    #expect(before.latency.seconds > target)
  }
}

@Suite struct `Targets of pruning` {
  private func resolve(_ texts: [String]) throws -> [ResolvedTarget] {
    func estimate(_ seconds: Double) -> Estimate { Estimate(predictedSeconds: seconds) }
    return try PruningTargets.resolve(texts, dense: estimate(0.02), smallest: estimate(0.004))
  }

  @Test func `are shares of the dense model's latency, or times`() throws {
    let targets = try resolve(["0.7x", "10ms", "0.25x"])
    #expect(targets.map(\.label) == ["0.7x", "10ms", "0.25x"])
    for (target, seconds) in zip(targets, [0.014, 0.01, 0.005]) { #expect(abs(target.seconds - seconds) < 1e-12) }
  }

  @Test(
    arguments: [
      (["0.5x", "0.5x"], PruningError.Code.badTargets, "the same latency"),
      (["0.5x", "10ms"], .badTargets, "the same latency"),
      (["0.3x", "0.5x"], .badTargets, "largest latency first"),
      (["fast"], .badTargets, "expected one such as 0.5x or 12ms"),
      (["0.5x deit"], .badTargets, "relative to the dense model"),
      ([""], .badTargets, "is no latency"),
      (["-0.5x"], .badTargets, "is no latency"),
      ([], .badTargets, "at least one"),
      (
        ["1x"], .unreachableTarget,
        "already met: pruning reaches from below 20 ms (the dense model, 1x) down to 4 ms (0.2x)"
      ),
      (["1s"], .unreachableTarget, "already met"),
      (["0.5x", "0.1x"], .unreachableTarget, "target 0.1x, 2 ms, is out of reach: pruning reaches from below 20 ms"),
    ] as [([String], PruningError.Code, String)])
  func `that make no sense are refused`(texts: [String], code: PruningError.Code, message: String) throws {
    let error = #expect(throws: PruningError.self) { _ = try resolve(texts) }
    #expect(error?.code == code)
    #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
  }
}
