import Foundation
import LatencyTestSupport
import Testing
import ViTArchitecture
import ViTLatency
import ViTNumerics
import ViTMeasuring

@Suite struct `Latency models` {
  /// Fitted once, on a noisy machine; measuring costs only virtual time.
  static let machine = SyntheticMachine(noise: 0.01)
  static let fitted = Result {
    try LatencyModelling(meter: machine.meter()).model(
      for: SyntheticSpace.members(), budgetSeconds: 20
    ) { _ in true }
  }
  let model: LatencyModel

  init() throws { model = try Self.fitted.get() }

  /// The goals of the method: at most 5% mean error, 95% of the models within 10%, Kendall's tau of 0.95 at least.
  @Test func `Predict unseen members of the space`() throws {
    let validation = try LatencyValidation(
      of: model, excluding: Set(model.measurements.map(\.architecture)), members: SyntheticSpace.members(),
      count: 100, seed: 5
    ) { try Self.machine.meter().measure($0, budgetSeconds: 60) { _ in true } }
    let errors = validation.errors
    #expect(errors.count == 100)
    #expect(errors.meanAbsolute <= 0.05)
    #expect(errors.within10Percent >= 0.95)
    #expect(errors.kendallTau ?? 0 >= 0.95)
    #expect(try #require(validation.meanAbsoluteError.interval).contains(errors.meanAbsolute))
  }

  @Test func `Stay within the budget`() throws {
    let machine = SyntheticMachine(noise: 0.01)
    _ = try LatencyModelling(meter: machine.meter()).model(
      for: SyntheticSpace.members(), budgetSeconds: 30
    ) { _ in true }
    // One visit to a model may begin just before the end, and lasts four runs of up to 0.2 seconds.
    #expect(machine.now < 30.8)
  }

  @Test func `Never fall when a dimension grows`() throws {
    var random = CounterRandom(seed: 11, purpose: "test.monotone")
    let terms = model.terms
    func seconds(_ architecture: Architecture) -> Double {
      let features = LatencyFeatures(architecture)
      return terms.reduce(0) { $0 + $1.seconds * features[$1.feature] }
    }
    for _ in 0..<50 {
      let small = SyntheticSpace.architecture((0..<7).map { _ in random.uniform() })
      let before = seconds(small)
      let block = Int.random(in: small.blocks.indices, using: &random)
      var larger = Array(repeating: small, count: 5)
      larger[0].embedding += 1
      larger[1].blocks[block].heads += 1
      larger[2].blocks[block].queryKey += 1
      larger[3].blocks[block].value += 1
      larger[4].blocks[block].mlpHidden += 1
      for architecture in larger { #expect(seconds(architecture) >= before) }
    }
    #expect(terms.allSatisfy { $0.seconds > 0 })
  }

  @Test func `Cover the baselines and the space's extremes`() throws {
    let members = try SyntheticSpace.members()
    for architecture in members.baselines + members.members { _ = try model.predict(architecture) }
  }

  @Test func `Refuse what lies outside and name the dimension`() throws {
    let inside = SyntheticSpace.baselines[1]
    func message(_ change: (inout Architecture) -> Void) -> String? {
      var outside = inside
      change(&outside)
      do {
        _ = try model.predict(outside)
        return nil
      } catch {
        return "\(error)"
      }
    }
    #expect(message { _ in } == nil)
    #expect(message { $0.embedding = 200 } == "embedding is 200, the latency model was fitted on 32 to 192")
    #expect(message { $0.blocks[2].mlpHidden = 4096 }?.hasPrefix("block 3: MLP width is 4096, the latency") == true)
    #expect(message { $0.blocks[11].queryKey = 4 }?.hasPrefix("block 12: query/key width is 4, the latency") == true)
    #expect(message { $0.blocks += $0.blocks }?.hasPrefix("depth is 24, the latency") == true)
    #expect(message { $0.patchSize = 4 } == "patch size is 4, the latency model was fitted with 7")
    #expect(message { $0.imageSize = 56 }?.hasPrefix("image size is 56") == true)
    #expect(message { $0.hasDistillationToken = true }?.hasPrefix("number of prefix tokens is 2") == true)
    #expect(throws: LatencyError.self) { try model.require(batchSize: 1, threads: 2) }
    #expect(throws: LatencyError.self) { try model.require(batchSize: 64, threads: 1) }
    #expect(throws: Never.self) { try model.require(batchSize: 64, threads: 2) }
  }

  @Test func `State an uncertainty from models left out`() throws {
    let estimate = try model.predict(SyntheticSpace.baselines[0])
    #expect(estimate.uncertaintySeconds == model.leaveOneOut.quantile95 * estimate.seconds)
    #expect(model.leaveOneOut.count == model.measurements.count)
    #expect(model.leaveOneOut.quantile95 <= model.leaveOneOut.largest)
  }

  @Test func `Need at least three measurements`() {
    #expect(throws: LatencyError.self) { try LatencyModel(fitting: Array(model.measurements.prefix(2))) }
    #expect(throws: Never.self) { try LatencyModel(fitting: Array(model.measurements.prefix(3))) }
  }
}
