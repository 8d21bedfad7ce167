package import ViTArchitecture
internal import ViTLatency
internal import ViTNumerics
package import ViTSearch

/// Times drawing and costing candidates, each stage together with those before it, in turns.
package struct DrawingBenchmark {
  package struct Result: Encodable {
    package var space: String
    /// The greatest depth of a member.
    package var depth: Int
    package var axes: Int
    package var rounds = 0
    package var stages: [Stage] = []
    /// For other programs to check their own formulas with.
    package var samples: [Sample] = []
    /// Coefficients of a latency model, by feature; nil for a table.
    package var latencyTerms: [String: Double]?
  }

  package struct Stage: Encodable {
    package var name: String
    package var candidatesPerSecond: RateSummary
  }

  package struct Sample: Encodable {
    package var values: [String: Double]
    package var parameters: Int
    package var multiplyAccumulates: Int
    package var latencySeconds: Double?
  }

  /// Candidates of a round.
  package static let roundCount = 100_000

  private let space: SearchSpace
  private let predictor: any LatencyPredictor
  private let rule: CompiledRule
  private let latency: any CompiledLatency

  /// Nil when the rule or the predictor has no compiled form.
  package init?(_ space: SearchSpace, predictor: any LatencyPredictor) {
    guard let rule = CompiledRule(space.rule), let latency = predictor.compiled(for: rule.frame) else { return nil }
    self.space = space
    self.predictor = predictor
    self.rule = rule
    self.latency = latency
  }

  /// - Parameter progress: Called with the share done; returning `false` asks to stop.
  /// - Throws: `CancellationError` when `progress` returned `false`.
  package func run(seconds: Double, progress: (Double) -> Bool) throws -> Result {
    var result = Result(space: space.name, depth: space.rule.depthRange.upperBound, axes: space.rule.openNumbers.count)
    guard
      var costing = CandidateCosting(space.rule, predictor: predictor, capacity: Self.roundCount)
    else { return result }
    let stages: [(name: String, run: (Int) -> Int)] = [
      ("draw", draw), ("draw, instantiate, check, parameters and MACs", instantiate),
      ("… and predict latency", predict),
      ("… and find duplicates", { round in costAll(round, &costing) }),
    ]
    var rates = [[Double]](repeating: [], count: stages.count)
    let start = ContinuousClock.now
    var checksum = 0
    repeat {
      for (index, stage) in stages.enumerated() {
        let begin = ContinuousClock.now
        checksum &+= stage.run(result.rounds)
        rates[index].append(Double(Self.roundCount) / ((ContinuousClock.now - begin) / .seconds(1)))
      }
      result.rounds += 1
      guard progress((ContinuousClock.now - start) / .seconds(seconds)) else { throw CancellationError() }
    } while ContinuousClock.now - start < .seconds(seconds)
    // Used, so that no stage can be left out by the compiler.
    precondition(checksum != Int.min)
    result.stages = zip(stages, rates).compactMap { stage, rates in
      RateSummary(rates).map { Stage(name: stage.name, candidatesPerSecond: $0) }
    }
    result.samples = try samples()
    if case .model(let model) = predictor as? LatencyFile { result.latencyTerms = model.coefficients }
    if let model = predictor as? LatencyModel { result.latencyTerms = model.coefficients }
    return result
  }

  // MARK: Stages; each returns something that depends on all its work

  private func forEachPoint(_ round: Int, _ body: ([Double]) -> Void) {
    var point = [Double](repeating: 0, count: space.rule.openNumbers.count)
    for index in 0..<Self.roundCount {
      // The points that a study with this seed draws.
      var random = CounterRandom(seed: UInt64(round), purpose: "draw", stream: UInt64(index))
      for axis in point.indices { point[axis] = random.uniform() }
      body(point)
    }
  }

  private func draw(_ round: Int) -> Int {
    var sum = 0.0
    forEachPoint(round) { sum += $0[0] }
    return Int(sum)
  }

  private func instantiate(_ round: Int) -> Int {
    var member = rule.makeMember()
    var sum = 0
    forEachPoint(round) { point in
      if rule.find(at: point, &member) { sum &+= member.parameterCount &+ member.multiplyAccumulates }
    }
    return sum
  }

  private func predict(_ round: Int) -> Int {
    var member = rule.makeMember()
    var sum = 0.0
    forEachPoint(round) { point in
      if rule.find(at: point, &member) { sum += latency.seconds(of: member) ?? 0 }
    }
    return Int(sum)
  }

  private func costAll(_ round: Int, _ costing: inout CandidateCosting) -> Int {
    costing.forget()
    var sum = 0
    forEachPoint(round) { point in
      if case .costed = costing.cost(at: point) { sum += 1 }
    }
    return sum
  }

  private func samples() throws -> [Sample] {
    var member = rule.makeMember()
    return (0..<20).compactMap { index in
      var random = CounterRandom(seed: 0, purpose: "draw", stream: UInt64(index))
      let point = space.rule.openNumbers.map { _ in random.uniform() }
      guard rule.find(at: point, &member) else { return nil }
      return Sample(
        values: Dictionary(space.rule.values(at: point).map { ($0.path, $0.value) }) { first, _ in first },
        parameters: member.parameterCount, multiplyAccumulates: member.multiplyAccumulates,
        latencySeconds: latency.seconds(of: member))
    }
  }
}

extension LatencyModel {
  fileprivate var coefficients: [String: Double] {
    Dictionary(terms.map { ($0.feature.rawValue, $0.seconds) }) { first, _ in first }
  }
}
