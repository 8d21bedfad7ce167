import CAllocationCounter
import Foundation
import LatencyTestSupport
import Testing
import ViTArchitecture
import ViTLatency
import ViTNumerics
import ViTSearch

/// The documents that come with nvit, and something that predicts latencies of each one's members.
private enum ShippedSpace {
  static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("search-spaces").path
  static let names = ["deit", "fashion-mnist", "imagenet-v100", "quickstart", "revit-official", "revit-table"]

  static func space(_ name: String) throws -> SearchSpace {
    try SearchSpace(contentsOf: "\(folder)/\(name).yaml")
  }

  static func points(_ space: SearchSpace, count: Int, seed: UInt64 = 1) -> [[Double]] {
    var random = CounterRandom(seed: seed, purpose: "test.costing")
    return (0..<count).map { _ in space.rule.openNumbers.map { _ in random.uniform() } }
  }

  /// A model fitted to some members, so that others lie outside its ranges.
  static func model(_ space: SearchSpace) throws -> LatencyModel {
    let machine = SyntheticMachine()
    let conditions = LatencyConditions(
      device: "test", engine: "none", batchSize: 64, threads: 1, precision: "float32", date: "")
    return try LatencyModel(
      fitting: points(space, count: 16, seed: 2).compactMap { point in
        guard let architecture = try? space.rule.architecture(at: point) else { return nil }
        let seconds = machine.seconds(architecture)
        return LatencyModel.Measurement(
          architecture: architecture,
          record: LatencyRecord(
            seconds: seconds, lower: seconds, upper: seconds, repetitions: 1, warmups: 0,
            conditions: conditions))
      })
  }

  /// A table with a grid so coarse that nearly every block lies between its points.
  static func table() throws -> LatencyTable {
    var lines = ["embedding,heads,query_key,value,mlp_hidden,seconds"]
    for embedding in [1, 200, 1000] {
      for heads in [1, 7, 40] {
        for queryKey in [1, 30, 200] {
          for value in [1, 50] {
            for hidden in [1, 300, 5000] {
              let work = Double(embedding) * Double(heads * (queryKey + value) + hidden)
              lines.append("\(embedding),\(heads),\(queryKey),\(value),\(hidden),\(1e-9 * work.squareRoot())")
            }
          }
        }
      }
    }
    return try LatencyTable(
      importing: lines.joined(separator: "\n"), format: .csv,
      conditions: LatencyConditions(
        device: "test", engine: "none", batchSize: 1, threads: 1, precision: "float32", date: ""))
  }
}

@Suite struct `Compiled costs` {
  /// Not "nearly": the compiled forms do the same arithmetic.
  @Test(arguments: ShippedSpace.names)
  func `are exactly those of the architecture, on random points of every shipped space`(name: String) throws {
    let space = try ShippedSpace.space(name)
    let rule = try #require(CompiledRule(space.rule))
    let predictors: [any LatencyPredictor] = [try ShippedSpace.model(space), try ShippedSpace.table()]
    var member = rule.makeMember()
    var outcomes = [0, 0, 0]
    for point in ShippedSpace.points(space, count: 500) {
      guard let architecture = try? space.rule.architecture(at: point) else {
        #expect(!rule.find(at: point, &member))
        outcomes[0] += 1
        continue
      }
      #expect(rule.find(at: point, &member))
      #expect(member.embedding == architecture.embedding && member.depth == architecture.depth)
      let runs = member.runs.prefix(member.runCount)
      #expect(runs.flatMap { Array(repeating: $0.block, count: $0.count) } == architecture.blocks)
      #expect(member.parameterCount == architecture.parameterCount)
      #expect(member.multiplyAccumulates == architecture.multiplyAccumulates)
      #expect(rule.key(of: architecture) == member.key)
      for predictor in predictors {
        let compiled = try #require(predictor.compiled(for: rule.frame))
        let isInside = predictor.support(of: architecture).isInside
        let expected = isInside ? try? predictor.predict(architecture).seconds : nil
        #expect(compiled.seconds(of: member) == expected)
        outcomes[expected == nil ? 1 : 2] += 1
      }
    }
    // Members outside a predictor's ranges are among them, and do not outnumber the others by far.
    #expect(outcomes[2] > 100 && outcomes[2] > outcomes[1] / 2)
  }

  @Test func `are not made for another shape, and a table's only for its number of tokens`() throws {
    let space = try ShippedSpace.space("quickstart")
    let model = try ShippedSpace.model(space)
    let frame = try #require(CompiledRule(space.rule)).frame
    #expect(model.compiled(for: frame) != nil)
    var other = frame
    other.classCount += 1
    #expect(model.compiled(for: other) == nil)
    var table = try ShippedSpace.table()
    #expect(table.compiled(for: other) != nil)
    table = try LatencyTable(
      importing: "embedding,heads,query_key,value,mlp_hidden,seconds\n64,1,8,8,64,0.001", format: .csv,
      conditions: table.conditions, tokenCount: frame.tokenCount + 1)
    #expect(table.compiled(for: frame) == nil)
  }

  @Test(arguments: ["fashion-mnist", "quickstart"])
  func `draw the same candidates as architectures one by one`(name: String) throws {
    let space = try ShippedSpace.space(name)
    let model = try ShippedSpace.model(space)
    var problem = SearchProblem(space)
    problem.budget.draws = 1500
    problem.constraints.append(
      Constraint(
        quantity: .latency, range: 0...(try model.predict(space.rule.architecture(at: space.rule.middle)).seconds))
    )
    let (candidates, report) = try CandidateDrawing.draw(problem, predictor: model)
    var seen = Set(problem.baselines.map(\.architecture))
    var plain: [Architecture] = []
    var expected = DrawingReport()
    expected.excluded = problem.constraints.map { .init(constraint: $0.text, count: 0) }
    for point in try SobolSampler().points(
      count: 1500, dimensions: problem.axes.count, seed: problem.budget.seed)
    {
      expected.drawn += 1
      guard let architecture = try? space.rule.architecture(at: point) else {
        expected.invalid += 1
        continue
      }
      guard seen.insert(architecture).inserted else {
        expected.duplicates += 1
        continue
      }
      let seconds = model.support(of: architecture).isInside ? try? model.predict(architecture).seconds : nil
      let broken = problem.constraints.indices.filter { index in
        let constraint = problem.constraints[index]
        if constraint.quantity == .latency, seconds == nil { return false }
        let value =
          switch constraint.quantity {
          case .parameters: Double(architecture.parameterCount)
          case .multiplyAccumulates: Double(architecture.multiplyAccumulates)
          case .latency: seconds ?? 0
          case .embedding: Double(architecture.embedding)
          case .depth: Double(architecture.depth)
          }
        return !constraint.range.contains(value)
      }
      if seconds == nil, broken.isEmpty {
        expected.unpredictable += 1
        continue
      }
      for index in broken { expected.excluded[index].count += 1 }
      if broken.isEmpty { plain.append(architecture) }
    }
    expected.feasible = plain.count
    #expect(candidates.map(\.architecture) == plain && report == expected)
    #expect(report.unpredictable > 0 && report.excluded.contains { $0.count > 0 })
  }

  @Test(
    .enabled(if: nvit_allocations_are_countable() != 0, "allocations are counted with glibc only"),
    arguments: ["fashion-mnist", "quickstart"], [false, true])
  func `take no memory`(name: String, fromTable: Bool) throws {
    let space = try ShippedSpace.space(name)
    let predictor: any LatencyPredictor = fromTable ? try ShippedSpace.table() : try ShippedSpace.model(space)
    let costing = CandidateCosting(space.rule, predictor: predictor)
    var member = costing.makeMember()
    var seen = KeySet(capacity: 3000)
    var point = [Double](repeating: 0, count: space.rule.openNumbers.count)
    var costed = 0
    let counter = UnsafeMutablePointer<Int>.allocate(capacity: 1)
    counter.initialize(to: 0)
    defer { counter.deallocate() }
    nvit_count_allocations(counter)
    for index in 0..<3000 {
      RandomSampler.draw(&point, index: index, seed: 1)
      if costing.find(at: point, &member), seen.insert(member.key), costing.cost(of: member) != nil { costed += 1 }
    }
    nvit_count_allocations(nil)
    #expect(counter.pointee == 0 && costed > 100 && costing.isCompiled)
  }
}
