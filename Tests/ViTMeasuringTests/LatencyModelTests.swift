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
      for: SyntheticSpace.members(), budgetSeconds: 40
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

  @Test func `Of fewer than three networks, know what was measured and refuse others`() throws {
    for count in [1, 2] {
      let few = try LatencyModel(fitting: Array(model.measurements.prefix(count)))
      for measurement in model.measurements.prefix(count) {
        let latency = measurement.record.latency
        let predicted = try few.predict(measurement.architecture)
        #expect(predicted.seconds == latency.value && predicted.halfWidth == latency.halfWidth)
        #expect(few.support(of: measurement.architecture).isInside)
      }
      let other = model.measurements[count].architecture
      let error = #expect(throws: LatencyError.self) { try few.predict(other) }
      #expect(error?.code == .outOfRange)
      let found = count == 1 ? "only 1 network could be measured" : "only 2 networks could be measured"
      #expect(few.support(of: other).reason?.hasPrefix(found) == true)
      #expect(few.leaveOneOut.count == 0 && few.warning == nil)
    }
    #expect(throws: Never.self) { try LatencyModel(fitting: Array(model.measurements.prefix(3))) }
    #expect(throws: LatencyError.self) { try LatencyModel(fitting: []) }
  }

  /// The average of leverages is the number of terms over that of measurements, so nearly all members have little.
  @Test func `Speak for nearly all members, and for every network measured`() throws {
    #expect(model.measurements.allSatisfy { $0.isAuxiliary || model.support(of: $0.architecture).isInside })
    let members = try SyntheticSpace.members().members
    #expect(members.count { model.support(of: $0).isInside } > members.count * 9 / 10)
  }

  /// Widths that always grow together, so that their terms cannot be told apart; then a network that takes one wide and
  /// the other narrow. Each lies within its range.
  @Test func `Flag a combination that was never measured`() throws {
    func network(_ wide: Int, heads: Int, mlp: Int) -> Architecture {
      Architecture(
        imageSize: 28, channels: 1, patchSize: 7, classCount: 10, embedding: wide,
        blocks: Array(repeating: .init(heads: heads, queryKey: 16, value: 16, mlpHidden: mlp), count: 8))
    }
    let tied = (1...8).map { network(64, heads: $0, mlp: 64 * $0) }
    let machine = SyntheticMachine(noise: 0)
    let records = try machine.meter().measure(tied, budgetSeconds: 1) { _ in true }
    let model = try LatencyModel(
      fitting: zip(tied, records).map { LatencyModel.Measurement(architecture: $0, record: $1) })
    #expect(tied.allSatisfy { model.support(of: $0).isInside })
    #expect(model.support(of: network(64, heads: 3, mlp: 224)).isInside)
    let reason = model.support(of: network(64, heads: 8, mlp: 64)).reason
    #expect(reason?.hasPrefix("no network that combines its dimensions in such a way was measured") == true)
  }

  /// A network of uniform blocks at a point of the unit cube, of 2 to 14 blocks.
  private static func uniform(_ point: [Double], depths: ClosedRange<Int> = 2...14) -> Architecture {
    func pick(_ share: Double, _ values: [Int]) -> Int {
      values[min(Int(share * Double(values.count)), values.count - 1)]
    }
    let embedding = pick(point[1], Array(stride(from: 16, through: 96, by: 8)))
    let block = Architecture.Block(
      heads: pick(point[2], [1, 2, 3, 4]), queryKey: pick(point[3], [8, 16]), value: pick(point[4], [8, 16, 24]),
      mlpHidden: embedding * pick(point[5], [1, 2, 3, 4]))
    return Architecture(
      imageSize: 28, channels: 1, patchSize: 7, classCount: 10, embedding: embedding,
      blocks: Array(repeating: block, count: pick(point[0], Array(depths))))
  }

  private static func members(_ depths: ClosedRange<Int>) throws -> SpaceMembers {
    try SpaceMembers(axes: 6, constraints: [], baselines: [SyntheticSpace.baselines[1]]) { point in
      uniform(point, depths: depths)
    }
  }

  @Test func `Favour no depth where it is open from 2 to 14 blocks`() throws {
    let machine = SyntheticMachine(noise: 0.01)
    let members = try Self.members(2...14)
    let model = try LatencyModelling(meter: machine.meter()).model(for: members, budgetSeconds: 20) { _ in true }
    // Every depth was measured, and about as often as any other.
    let counts = Dictionary(grouping: model.measurements.filter { !$0.isAuxiliary }, by: \.architecture.depth)
      .mapValues(\.count)
    #expect((2...14).allSatisfy { counts[$0] ?? 0 >= 2 })
    let validation = try LatencyValidation(
      of: model, excluding: Set(model.measurements.map(\.architecture)), members: members, count: 130, seed: 3
    ) { try machine.meter().measure($0, beside: members.reference, budgetSeconds: 60) { _ in true } }
    #expect(validation.depths.map(\.depth) == Array(2...14))
    for depth in validation.depths {
      #expect(abs(depth.predictedOverMeasured.value - 1) <= 0.03, "\(depth)")
      #expect(depth.count >= 8)
    }
  }

  @Test func `Of twelve blocks do not speak for three, though shallow networks were measured beside them`() throws {
    let machine = SyntheticMachine(noise: 0.01)
    let model = try LatencyModelling(meter: machine.meter()).model(
      for: Self.members(12...12), budgetSeconds: 60
    ) { _ in true }
    #expect(model.measurements.contains { $0.isAuxiliary && $0.architecture.depth <= 4 })
    var shallow = SyntheticSpace.baselines[1]
    #expect(model.support(of: shallow).isInside)
    shallow.blocks.removeLast(9)
    #expect(model.support(of: shallow).reason == "depth is 3, the latency model was fitted on 12 to 12")
  }

  @Test func `That are too inexact measure on, up to three times the budget, and then warn`() throws {
    let good = SyntheticMachine(noise: 0.01)
    let model = try LatencyModelling(meter: good.meter()).model(
      for: SyntheticSpace.members(), budgetSeconds: 20
    ) { _ in true }
    #expect(model.warning == nil && good.now < 20.8)
    // Other programs interrupt every batch of some networks and none of others, which no model explains.
    let bad = SyntheticMachine(noise: 0.01, unevenness: 0.5)
    let poor = try LatencyModelling(meter: bad.meter()).model(
      for: SyntheticSpace.members(), budgetSeconds: 20
    ) { _ in true }
    #expect(poor.leaveOneOut.meanAbsolute > LatencyModel.acceptableError)
    #expect(poor.warning?.contains("more than 5%") == true)
    #expect(bad.now > 55 && bad.now < 61.6)
    #expect(poor.measurements.count > model.measurements.count)
  }
}
