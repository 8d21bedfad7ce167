import SearchTestSupport
import ViTArchitecture
import ViTNumerics

import ViTSearch

/// Drives a schedule with accuracies from a formula, without an evaluator or a store.
struct SimulatedStudy {
  /// Images in a whole training.
  static let wholeSamples = 900

  let schedule: StudySchedule
  /// The accuracy of a training, or nil where it diverges.
  var accuracy: @Sendable (TrialRequest) -> Double?
  private(set) var members: [PlannedMember]
  private(set) var records: [TrialRecord] = []
  /// Every wave as it was when it began.
  private(set) var waves: [StudyStep.Wave] = []

  init(_ plan: StudyPlan, accuracy: @escaping @Sendable (TrialRequest) -> Double? = { SimulatedStudy.typical($0) }) {
    schedule = StudySchedule(plan)
    members = plan.members
    self.accuracy = accuracy
  }

  /// Starts from what an earlier run has left.
  init(resuming other: SimulatedStudy, _ records: [TrialRecord]) {
    self = other
    self.records = records
    waves = []
    members = schedule.plan.members
  }

  /// Larger, better balanced and longer trained networks are more accurate; the seed adds noise.
  static func typical(_ request: TrialRequest) -> Double {
    let widths = request.architecture.blocks.map { Double($0.mlpHidden) }
    let balance = (widths.min() ?? 0) / (widths.max() ?? 1)
    let size = Double(request.architecture.embedding) / 64
    var random = CounterRandom(
      seed: request.identifier.seed, purpose: request.identifier.architectureDigest, stream: 0)
    return (0.5 + 0.2 * balance + 0.1 * size) * (0.7 + 0.3 * request.endShare) + 0.01 * random.gaussian()
  }

  /// Two targets, nine candidates for each, three rungs.
  static func plan(
    targets: [LatencyTarget] = [.relative(0.8, baseline: nil), .relative(0.4, baseline: nil)],
    _ change: (inout SearchBudget) -> Void = { _ in }
  ) throws -> StudyPlan {
    try TwoBlocks.plan(
      TwoBlocks.problem(targets: targets) { budget in
        budget.draws = 2048
        budget.candidatesPerTarget = 1
        budget.startCandidatesPerTarget = 9
        budget.rungs = [1.0 / 9, 1.0 / 3, 1]
        budget.seeds = 3
        change(&budget)
      })
  }

  func record(_ request: TrialRequest) -> TrialRecord {
    let accuracy = accuracy(request)
    let samples = Int((request.endShare * Double(SimulatedStudy.wholeSamples)).rounded())
    return TrialRecord(
      identifier: request.identifier, name: String(request.identifier.architectureDigest.prefix(8)),
      phase: request.phase,
      outcome: TrialOutcome(
        state: accuracy == nil ? .failed(step: 3, reason: "the loss is nan") : .completed,
        validationAccuracy: accuracy ?? 0, validationLoss: 1, trainingLoss: 1, durationSeconds: 1,
        imagesPerSecond: 1, samplesSeen: samples),
      finishedSeconds: 0)
  }

  func next(isExhausted: Bool = false) throws -> StudyStep? {
    try schedule.next(members: members, records: records, isExhausted: isExhausted)
  }

  /// Runs to the end.
  ///
  /// - Parameters:
  ///   - reorder: The order in which a wave's trials finish.
  ///   - propose: Gives the candidates of a round.
  mutating func run(
    reorder: ([TrialRequest]) -> [TrialRequest] = { $0 },
    propose: (StudyStep.Proposal, SimulatedStudy) -> [PlannedMember] = { _, _ in [] }
  ) throws {
    var isExhausted = false
    while let step = try next(isExhausted: isExhausted) {
      switch step {
      case .propose(let proposal):
        let proposed = propose(proposal, self)
        members += proposed
        isExhausted = proposed.isEmpty
      case .train(let wave):
        waves.append(wave)
        records += reorder(wave.requests).map { record($0) }
      }
    }
  }

  func requests(_ phase: TrialPhase) -> [TrialRequest] { waves.flatMap(\.requests).filter { $0.phase == phase } }

  func member(_ digest: String) -> PlannedMember? { members.first { $0.digest == digest } }

  var ledger: TrialLedger { TrialLedger(schedule.plan, members: members, records: records) }
}
