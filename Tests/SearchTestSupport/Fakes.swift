package import Synchronization
package import ViTArchitecture
package import ViTLatency
package import ViTNumerics
package import ViTSearch

/// Latency that is proportional to the embedding times the sum of MLP widths: easy to compute by hand.
package struct ProductPredictor: LatencyPredictor {
  package init() {}

  package static func seconds(_ architecture: Architecture) -> Double {
    Double(architecture.embedding * architecture.blocks.map(\.mlpHidden).reduce(0, +)) * 1e-7
  }

  package func predict(_ architecture: Architecture) throws -> Estimate {
    Estimate(predictedSeconds: ProductPredictor.seconds(architecture))
  }
}

package struct StoppedByTest: Error {
  package init() {}
}

/// "Trains" in no time: accuracy is best when both blocks are equally wide, and the seed adds a little.
package final class FakeEvaluator: CandidateEvaluator {
  /// Trainings begun, and test evaluations asked for.
  package let trained = Mutex<[TrialIdentifier]>([])
  package let tested = Mutex<[[TrialIdentifier]]>([])
  /// What was to be kept whenever training states were dropped.
  package let dropped = Mutex<[Set<TrialIdentifier>]>([])
  private let diverges: @Sendable (TrialRequest) -> Bool
  private let crashesAfter: Int

  package init(diverges: @escaping @Sendable (TrialRequest) -> Bool = { _ in false }, crashesAfter: Int = .max) {
    self.diverges = diverges
    self.crashesAfter = crashesAfter
  }

  package static func accuracy(_ architecture: Architecture, seed: UInt64) -> Double {
    let widths = architecture.blocks.map { Double($0.mlpHidden) }
    let balance = (widths.min() ?? 0) / (widths.max() ?? 1)
    let size = Double(architecture.embedding) / 64
    return 0.5 + 0.3 * balance * size / (1 + size) + Double(seed % 97) * 1e-5
  }

  package func evaluate(
    _ request: TrialRequest, progress: @escaping @Sendable (TrialProgress) -> Bool
  ) async throws -> TrialOutcome {
    let count = trained.withLock { list in
      list.append(request.identifier)
      return list.count
    }
    guard count <= crashesAfter else { throw StoppedByTest() }
    for step in 1...3 {
      let now = TrialProgress(fraction: Double(step) / 3, trainingLoss: 1, imagesPerSecond: 100)
      guard progress(now) else { throw CancellationError() }
    }
    let failed = diverges(request)
    return TrialOutcome(
      state: failed ? .failed(step: 7, reason: "the loss is nan") : .completed,
      validationAccuracy: failed ? 0 : FakeEvaluator.accuracy(request.architecture, seed: request.identifier.seed),
      validationLoss: failed ? .nan : 0.5, trainingLoss: failed ? .nan : 0.25, durationSeconds: 1,
      imagesPerSecond: 100, samplesSeen: Int((300 * request.endShare).rounded()))
  }

  package func dropStates(except kept: Set<TrialIdentifier>) { dropped.withLock { $0.append(kept) } }

  package func testAccuracies(of trials: [TrialIdentifier]) async throws -> [TrialIdentifier: Double] {
    tested.withLock { $0.append(trials) }
    return Dictionary(uniqueKeysWithValues: trials.map { ($0, 0.6) })
  }
}

/// Measures twice what the predictor says, or what a closure says.
package struct FakeMeasuring: LatencyMeasuring {
  package var seconds: @Sendable (Architecture) -> Double

  package init(_ seconds: @escaping @Sendable (Architecture) -> Double = { 2 * ProductPredictor.seconds($0) }) {
    self.seconds = seconds
  }

  package func measure(
    _ architectures: [Architecture], beside reference: Architecture?, budgetSeconds: Double,
    progress: @Sendable (Double) -> Bool
  ) throws -> [LatencyRecord] {
    guard progress(0.5) else { throw CancellationError() }
    let reference = reference ?? architectures.first
    return architectures.map { architecture in
      let median = seconds(architecture)
      return LatencyRecord(
        seconds: median, lower: 0.99 * median, upper: 1.01 * median,
        ratio: reference.map {
          let ratio = median / seconds($0)
          return Estimate(ratio, lower: 0.99 * ratio, upper: 1.01 * ratio, covers: .repetitions(9))
        }, reference: reference?.digest, repetitions: 9, warmups: 1,
        conditions: LatencyConditions(
          device: "test", engine: "none", batchSize: 8, threads: 1, precision: "float32",
          date: "2026-01-01T00:00:00Z"))
    }
  }
}

/// Two blocks with MLP widths of 16 to 256 each, and an embedding of 32, 48 or 64.
package enum TwoBlocks {
  package static func architecture(_ embedding: Int, _ first: Int, _ second: Int) -> Architecture {
    Architecture(
      imageSize: 8, channels: 1, patchSize: 4, classCount: 10, embedding: embedding,
      blocks: [first, second].map { .init(heads: 2, queryKey: 8, value: 8, mlpHidden: $0) })
  }

  package static func architecture(at point: [Double]) -> Architecture {
    architecture(
      32 + 16 * Int(point[0] * 3), 16 * (1 + Int(point[1] * 16)), 16 * (1 + Int(point[2] * 16)))
  }

  /// A document that says so of the dimensions. By default its rule's points are those of `architecture(at:)`.
  package static func space(
    embedding: String = "{choices: [32, 48, 64]}", heads: String = "2",
    mlpHidden: [String] = Array(repeating: "{from: 16, through: 256, step: 16}", count: 2)
  ) throws -> SearchSpace {
    let text = """
      nvit: 1
      name: two-blocks
      architecture: {image-size: 8, channels: 1, patch-size: 4, classes: 10, depth: 2, embedding: \(embedding)}
      rule:
        heads: \(heads)
        query-key: 8
        value: 8
        mlp-hidden: {values: [\(mlpHidden.joined(separator: ", "))]}
      """
    return try SearchSpace(parsing: text, path: "two-blocks.yaml")
  }

  private static let space: SearchSpace = {
    do { return try space() } catch { preconditionFailure("\(error)") }
  }()

  package static let baselines = [64, 48, 32].map {
    Baseline(name: "DeiT-\($0)", architecture: architecture($0, 4 * $0, 4 * $0))
  }

  package static func problem(
    targets: [LatencyTarget] = [.relative(0.8, baseline: nil), .relative(0.4, baseline: nil)],
    constraints: [Constraint] = [], trains: Bool = true, _ change: (inout SearchBudget) -> Void = { _ in }
  ) -> SearchProblem {
    var budget = SearchBudget()
    budget.draws = 512
    budget.candidatesPerTarget = 3
    budget.seeds = 2
    budget.seed = 5
    change(&budget)
    var problem = SearchProblem(space)
    problem.constraints = constraints
    problem.targets = targets
    problem.baselines = baselines
    problem.budget = budget
    problem.trains = trains
    return problem
  }

  package static func plan(_ problem: SearchProblem = problem()) throws -> StudyPlan {
    try StudyPlan(problem, predictor: ProductPredictor(), latencySource: "arithmetic")
  }
}
