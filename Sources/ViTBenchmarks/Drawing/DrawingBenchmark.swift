package import ViTArchitecture
package import ViTLatency
internal import ViTSearch

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
  private let costing: CandidateCosting

  /// Nil when the rule or the predictor has no compiled form.
  package init?(_ space: SearchSpace, predictor: any LatencyPredictor) {
    let costing = CandidateCosting(space.rule, predictor: predictor)
    guard costing.isCompiled else { return nil }
    self.space = space
    self.predictor = predictor
    self.costing = costing
  }

  /// - Parameter progress: Called with the share done; returning `false` asks to stop.
  /// - Throws: `CancellationError` when `progress` returned `false`.
  package func run(seconds: Double, progress: (Double) -> Bool) throws -> Result {
    var result = Result(space: space.name, depth: space.rule.depthRange.upperBound, axes: space.rule.openNumbers.count)
    var seen = KeySet(capacity: Self.roundCount)
    let stages: [(name: String, run: (Int) -> Int)] = [
      ("draw", draw), ("draw, instantiate, check, parameters and MACs", instantiate),
      ("… and predict latency", predict),
      ("… and find duplicates", { round in costAll(round, &seen) }),
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
      RandomSampler.draw(&point, index: index, seed: UInt64(round))
      body(point)
    }
  }

  private func draw(_ round: Int) -> Int {
    var sum = 0.0
    forEachPoint(round) { sum += $0[0] }
    return Int(sum)
  }

  private func instantiate(_ round: Int) -> Int {
    var member = costing.makeMember()
    var sum = 0
    forEachPoint(round) { point in
      if costing.find(at: point, &member) { sum &+= member.parameterCount &+ member.multiplyAccumulates }
    }
    return sum
  }

  private func predict(_ round: Int) -> Int {
    var member = costing.makeMember()
    var sum = 0.0
    forEachPoint(round) { point in
      if costing.find(at: point, &member) { sum += costing.cost(of: member)?.latencySeconds ?? 0 }
    }
    return Int(sum)
  }

  private func costAll(_ round: Int, _ seen: inout KeySet) -> Int {
    seen.removeAll()
    var member = costing.makeMember()
    var sum = 0
    forEachPoint(round) { point in
      if costing.find(at: point, &member), seen.insert(member.key), costing.cost(of: member) != nil { sum += 1 }
    }
    return sum
  }

  private func samples() throws -> [Sample] {
    var member = costing.makeMember()
    var point = [Double](repeating: 0, count: space.rule.openNumbers.count)
    return (0..<20).compactMap { index in
      RandomSampler.draw(&point, index: index, seed: 0)
      guard costing.find(at: point, &member) else { return nil }
      return Sample(
        values: Dictionary(space.rule.values(at: point).map { ($0.path, $0.value) }) { first, _ in first },
        parameters: member.parameterCount, multiplyAccumulates: member.multiplyAccumulates,
        latencySeconds: costing.cost(of: member)?.latencySeconds)
    }
  }
}

extension LatencyModel {
  fileprivate var coefficients: [String: Double] {
    Dictionary(terms.map { ($0.feature.rawValue, $0.seconds) }) { first, _ in first }
  }
}
