import SearchTestSupport
import Testing
import ViTArchitecture
import ViTLatency
import ViTNumerics
import ViTSearch

@Suite struct `A study's plan` {
  @Test func `serves every target from just below it`() throws {
    let plan = try TwoBlocks.plan()
    let full = ProductPredictor.seconds(TwoBlocks.baselines[0].architecture)
    #expect(plan.targets.map(\.label) == ["0.8x", "0.4x"])
    #expect(plan.targets.map(\.seconds) == [0.8 * full, 0.4 * full])
    #expect(plan.notes.isEmpty)
    for target in plan.targets {
      let serving = plan.members.filter { $0.targets.contains(target.label) }
      #expect(serving.count == 3)
      #expect(serving.allSatisfy { (0.9 * target.seconds...target.seconds).contains($0.latency.seconds) })
      #expect(serving.allSatisfy { $0.role == .candidate })
    }
    #expect(plan.members.prefix(3).map(\.name) == ["DeiT-64", "DeiT-48", "DeiT-32"])
    #expect(
      plan.members.dropFirst(3).allSatisfy { $0.name.hasPrefix("nvit-0.") && $0.name.hasSuffix($0.digest.prefix(8)) })
    #expect(
      plan.members.dropFirst(3).allSatisfy {
        $0.values["rule.mlp-hidden.values[1]"] == Double($0.architecture.blocks[0].mlpHidden)
      })
  }

  /// The first one is the nearest; each further one is as far as possible from those before it.
  @Test func `spreads the candidates of a target over the space`() throws {
    let problem = TwoBlocks.problem(targets: [.relative(0.5, baseline: nil)]) { $0.candidatesPerTarget = 4 }
    let plan = try TwoBlocks.plan(problem)
    let target = plan.targets[0].seconds
    let all = try CandidateDrawing.draw(problem, predictor: ProductPredictor()).candidates
    let pool = all.filter { (0.9 * target...target).contains($0.latency.seconds) }
    func distance(_ a: Candidate, _ b: Candidate) -> Double {
      zip(a.point, b.point).map { ($0 - $1) * ($0 - $1) }.reduce(0, +)
    }
    var chosen = plan.members.dropFirst(3).compactMap { member in pool.first { $0.digest == member.digest } }
    #expect(chosen.count == 4)
    #expect(chosen[0].latency.seconds == pool.map(\.latency.seconds).max())
    while chosen.count > 1 {
      let last = chosen.removeLast()
      func isolation(_ candidate: Candidate) -> Double { chosen.map { distance($0, candidate) }.min() ?? 0 }
      #expect(isolation(last) == pool.map(isolation).max())
    }
  }

  @Test func `lists a candidate that serves two targets once, under both`() throws {
    let problem = TwoBlocks.problem(targets: [.relative(0.5, baseline: nil), .relative(0.5001, baseline: "DeiT-64")]) {
      $0.candidatesPerTarget = 2
    }
    // Both labels round to 0.5x, so the second target is the same.
    #expect(try TwoBlocks.plan(problem).targets.count == 1)
    var near = problem
    near.targets = [.relative(0.5, baseline: nil), .relative(0.505, baseline: nil)]
    let plan = try TwoBlocks.plan(near)
    #expect(Set(plan.members.map(\.digest)).count == plan.members.count)
    let counts = plan.targets.map { target in plan.members.count { $0.targets.contains(target.label) } }
    #expect(counts == [2, 2])
  }

  @Test func `widens the tolerance with a note where too few candidates are near`() throws {
    let plan = try TwoBlocks.plan(
      TwoBlocks.problem(targets: [.relative(0.4, baseline: nil)]) {
        $0.tolerance = 0.001
        $0.candidatesPerTarget = 12
      })
    #expect(plan.members.count == 3 + 12)
    #expect(plan.notes.count == 1 && plan.notes[0].hasPrefix("target 0.4x: the tolerance was widened to "))
    let few = try TwoBlocks.plan(
      TwoBlocks.problem(targets: [.relative(0.4, baseline: nil)]) {
        $0.candidatesPerTarget = 100_000
      })
    #expect(few.notes.first?.contains("candidates are as fast as that") == true)
  }

  @Test(arguments: [0.001, 50])
  func `refuses a target out of reach and names the reachable range`(factor: Double) throws {
    let problem = TwoBlocks.problem(targets: [.relative(factor, baseline: nil)])
    let all = try CandidateDrawing.draw(problem, predictor: ProductPredictor()).candidates.map(\.latency.seconds)
    let error = #expect(throws: SearchError.self) { try TwoBlocks.plan(problem) }
    #expect(error?.code == .unreachableTarget)
    let range = try "\(ReadableNumber.latency(#require(all.min()))) to \(ReadableNumber.latency(#require(all.max())))"
    #expect(error?.description.contains(range) == true, "\(String(describing: error))")
  }

  @Test func `resolves targets against the baseline they name`() throws {
    let plan = try TwoBlocks.plan(TwoBlocks.problem(targets: [.relative(0.9, baseline: "DeiT-48"), .seconds(1.5e-3)]))
    #expect(plan.targets[0].label == "0.9x of DeiT-48" && plan.targets[0].slug == "0.9x-of-deit-48")
    #expect(plan.targets[0].seconds == 0.9 * ProductPredictor.seconds(TwoBlocks.baselines[1].architecture))
    #expect(plan.targets[1] == ResolvedTarget(label: "1.5ms", seconds: 1.5e-3))
  }

  @Test func `refuses targets that mean nothing`() {
    func message(_ targets: [LatencyTarget], baselines: Bool = true) -> String {
      var problem = TwoBlocks.problem(targets: targets)
      if !baselines { problem.baselines = [] }
      do {
        _ = try TwoBlocks.plan(problem)
        return ""
      } catch {
        return "\(error)"
      }
    }
    #expect(
      message([.relative(0.5, baseline: "DeiT-B")])
        == "target 0.5x is relative to the baseline \"DeiT-B\", expected one of: \"DeiT-64\", \"DeiT-48\", \"DeiT-32\"")
    #expect(message([.relative(0.5, baseline: nil)], baselines: false).contains("but the space has none"))
    #expect(message([]).contains("no latency target"))
    #expect(message([.seconds(-1)]).contains("expected a positive time"))
  }

  @Test func `trains every member with the same seeds, one seed after the other`() throws {
    let plan = try TwoBlocks.plan()
    let trials = plan.trials
    #expect(plan.trainingSeeds.count == 2 && Set(plan.trainingSeeds).count == 2)
    #expect(trials.count == 2 * plan.members.count && Set(trials.map(\.identifier)).count == trials.count)
    #expect(trials.prefix(plan.members.count).allSatisfy { $0.identifier.seed == plan.trainingSeeds[0] })
    #expect(trials.prefix(plan.members.count).map(\.architecture) == plan.members.map(\.architecture))
    let more = try TwoBlocks.plan(TwoBlocks.problem { $0.seeds = 4 })
    #expect(Array(more.trainingSeeds.prefix(2)) == plan.trainingSeeds)
  }

  @Test func `without training prefers the most multiply-accumulates near a target`() throws {
    let problem = TwoBlocks.problem(targets: [.relative(0.5, baseline: nil)], trains: false)
    let plan = try TwoBlocks.plan(problem)
    let target = plan.targets[0].seconds
    let pool = try CandidateDrawing.draw(problem, predictor: ProductPredictor()).candidates
      .filter { (0.9 * target...target).contains($0.latency.seconds) }
      .map(\.architecture.multiplyAccumulates).sorted(by: >)
    #expect(plan.members.dropFirst(3).map(\.architecture.multiplyAccumulates) == Array(pool.prefix(3)))
    #expect(plan.trials.isEmpty)
  }

  @Test func `needs every baseline's latency`() {
    struct Failing: LatencyPredictor {
      func predict(_ architecture: Architecture) throws -> Estimate {
        throw ArchitectureError("embedding 64 is beyond the table")
      }
    }
    let error = #expect(throws: SearchError.self) {
      try StudyPlan(TwoBlocks.problem(), predictor: Failing(), latencySource: "")
    }
    #expect(
      error?.description
        == "no latency can be predicted for the baseline \"DeiT-64\": embedding 64 is beyond the table")
  }
}
