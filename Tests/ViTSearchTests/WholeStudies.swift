import SearchTestSupport
import ViTArchitecture
import ViTLatency
import ViTNumerics

import ViTSearch

/// Whole studies, from the plan to the sentences, of networks whose true accuracies are known.
///
/// Accuracy follows one curve of the true latency, for baselines and candidates alike, as DeiT's does on Fashion-MNIST.
/// What a study sees of it: latencies that prediction and measurement are off by, accuracies that seeds and the choice of
/// images are off by. Four targets, search and random search of equal budget, five to eight seeds.
struct WholeStudies {
  static let images = ImageCounts(validation: 5000, test: 10000)
  /// Standard deviations: of one training, of a network over all its trainings by the images, and of logarithms of
  /// predicted and of measured latencies.
  static let seedDeviation = 0.003
  static let imageDeviation = 0.0007
  static let predictionDeviation = 0.05
  static let measurementDeviation = 0.015

  let plan: StudyPlan
  /// What candidates have over baselines at the same latency, and candidates of the search over those of random search.
  var gain = 0.0
  var gainOfSearch = 0.0

  init() throws {
    var problem = TwoBlocks.problem(targets: [0.2, 0.3, 0.45, 0.7].map { .relative($0, baseline: nil) }) { budget in
      budget.draws = 2048
      budget.candidatesPerTarget = 1
      budget.startCandidatesPerTarget = 4
      budget.rungs = [1.0 / 3, 1]
      budget.seeds = 5
      budget.maxSeeds = 8
      budget.randomSearch = true
    }
    problem.baselines = [64, 48, 40, 32, 24].map {
      Baseline(name: "deit-\($0)", architecture: TwoBlocks.architecture($0, 4 * $0, 4 * $0))
    }
    plan = try TwoBlocks.plan(problem)
  }

  /// The accuracy of a network that takes so many times as long as the largest baseline.
  static func curve(_ ratio: Double) -> Double { 0.8946 - 0.0126 * Exponential.power(ratio, -0.6) }

  /// What is true of one network in one study, and what is seen of it.
  private struct Network {
    var accuracy: Double
    var testAccuracy: Double
    var record: LatencyRecord
  }

  private func network(_ member: PlannedMember, _ study: UInt64, largest: Double) -> Network {
    var random = CounterRandom(seed: study, purpose: "network \(member.digest)")
    let seconds = member.latency.seconds * Exponential.natural(WholeStudies.predictionDeviation * random.gaussian())
    let measured = seconds * Exponential.natural(WholeStudies.measurementDeviation * random.gaussian())
    let reach = Exponential.natural(1.96 * WholeStudies.measurementDeviation)
    var accuracy = WholeStudies.curve(seconds / largest)
    if member.role != .baseline { accuracy += gain }
    if member.role == .candidate { accuracy += gainOfSearch }
    let test = WholeStudies.imageDeviation * (Double(WholeStudies.images.validation) / 10000).squareRoot()
    return Network(
      accuracy: accuracy + WholeStudies.imageDeviation * random.gaussian(),
      testAccuracy: accuracy - 0.01 + test * random.gaussian(),
      record: LatencyRecord(
        seconds: measured, lower: measured / reach, upper: measured * reach, repetitions: 12, warmups: 1,
        conditions: LatencyConditions(
          device: "d", engine: "e", batchSize: 64, threads: 2, precision: "float32", date: "2026-01-01T00:00:00Z")))
  }

  /// Carries out one study, which is a function of its number.
  func front(_ study: UInt64) throws -> FrontDocument {
    let largest = plan.members[0].latency.seconds
    let networks = Dictionary(plan.members.map { ($0.digest, network($0, study, largest: largest)) }) { first, _ in
      first
    }
    var simulated = SimulatedStudy(plan) { request in
      var random = CounterRandom(
        seed: study &+ request.identifier.seed << 32, purpose: request.identifier.architectureDigest,
        stream: UInt64(request.identifier.rung))
      // Shorter trainings reach less, all alike.
      let share = 0.9 + 0.1 * request.endShare
      let accuracy = networks[request.identifier.architectureDigest]?.accuracy ?? 0
      return share * accuracy + WholeStudies.seedDeviation * random.gaussian()
    }
    try simulated.run()
    let tests = networks.mapValues { network in
      AccuracySummary(
        plan.trainingSeeds.map { seed in
          var random = CounterRandom(seed: study, purpose: "test \(network.record.seconds)", stream: seed)
          return .init(seed: seed, accuracy: network.testAccuracy + WholeStudies.seedDeviation * random.gaussian())
        })
    }
    return FrontDocument(
      StudyOutcome(plan, members: simulated.members, records: simulated.records),
      measured: networks.mapValues(\.record), images: WholeStudies.images,
      tests: tests.compactMapValues { $0 })
  }

  /// What a study calls decided, by the member it speaks of, and whether it says that this is the better.
  static func claims(_ front: FrontDocument) -> [(what: String, isBetter: Bool)] {
    var claims: [(String, Bool)] = []
    for entry in front.entries {
      guard let difference = entry.fromBaselines, difference.isDecided else { continue }
      claims.append(("\(entry.role.rawValue) and baselines", difference.value > 0))
    }
    for comparison in front.comparisons {
      guard let difference = comparison.fromRandom, difference.isDecided else { continue }
      claims.append(("search and random search", difference.value > 0))
    }
    if let order = front.hypervolume?.aboveBaselines, order.isDecided {
      claims.append(("hypervolume of search and baselines", order.probability > 0.5))
    }
    if let order = front.hypervolume?.aboveRandomSearch, order.isDecided {
      claims.append(("hypervolume of search and random search", order.probability > 0.5))
    }
    return claims
  }

  /// Probabilities of all comparisons, each by itself, by what is compared.
  static func probabilities(_ front: FrontDocument) -> [(what: String, probability: Double)] {
    front.entries.compactMap { entry in
      entry.fromBaselines.map { ("a winner and baselines", $0.probability) }
    } + front.comparisons.compactMap { $0.fromRandom.map { ("search and random search", $0.probability) } }
      + [front.hypervolume?.aboveBaselines, front.hypervolume?.aboveRandomSearch].compactMap { order in
        order.map { ("hypervolumes", $0.probability) }
      }
  }

  /// How many of the two comparisons for each target earlier versions called decided.
  static func earlierClaims(_ front: FrontDocument) -> Int {
    func accuracy(_ entry: FrontEntry?) -> MeanInterval? {
      entry?.validation.flatMap { MeanInterval($0.trials.map(\.accuracy)) }
    }
    let references = front.entries.filter { $0.role == .baseline }.compactMap { entry in
      accuracy(entry).map { WelchComparison.Reference(latencySeconds: entry.latencySeconds, accuracy: $0) }
    }
    let probabilities = front.comparisons.flatMap { comparison -> [Double] in
      guard let winner = front.entry(named: comparison.winner), let own = accuracy(winner) else { return [] }
      let random = comparison.randomWinner.flatMap { name in
        name == winner.name ? nil : accuracy(front.entry(named: name))
      }
      return [
        WelchComparison.probability(that: own, at: winner.latencySeconds, beats: references),
        random.flatMap { MeanContrast([(1, own), (-1, $0)])?.probabilityAboveZero },
      ].compactMap(\.self)
    }
    return probabilities.count(where: Verdict.isDecided)
  }
}
