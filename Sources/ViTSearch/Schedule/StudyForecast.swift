internal import ViTArchitecture

/// How much training a study has before it, as far as its plan tells: for the time left, not for decisions.
///
/// Trainings that diverge, and further seeds for what is undecided, are not foreseen.
struct StudyForecast {
  /// Trainings of one kind.
  struct Stage: Hashable {
    var phase: StudyPhase
    var rung: Int
    var trials = 0
    /// Multiply-accumulates of one image, times the share of the steps.
    var work = 0.0
  }

  let stages: [Stage]

  init(_ plan: StudyPlan, members: [PlannedMember]) {
    func mean(_ members: [PlannedMember]) -> Double {
      members.map { Double($0.architecture.multiplyAccumulates) }.reduce(0, +) / Double(max(members.count, 1))
    }
    let baselines = members.filter { $0.role == .baseline }
    let candidates = members.filter { $0.role == .candidate }
    let (baselineWork, candidateWork) = (mean(baselines), mean(candidates))
    let targets = plan.targets.count
    let seeds = plan.finalSeeds.lowerBound
    let count = StudyForecast.finalists(plan)
    let final = Stage(
      phase: .final, rung: plan.lastRung, trials: seeds * count,
      work: Double(seeds)
        * (Double(baselines.count) * baselineWork + Double(count - baselines.count) * candidateWork))
    guard plan.hasSearch else {
      stages = [final]
      return
    }
    var stages: [Stage] = []
    for (rung, pool) in StudyForecast.poolSizes(plan).enumerated() {
      let share = plan.share(rung) - (rung > 0 ? plan.share(rung - 1) : 0)
      let audited = rung > 0 ? min(plan.budget.audit, plan.budget.startersPerTarget) : 0
      // Some of the audit's candidates are among those kept.
      let extra = Double(audited) * (1 - Double(pool) / Double(plan.budget.startersPerTarget))
      let climbing = Double(targets) * (Double(pool) + extra)
      stages.append(
        Stage(
          phase: .search, rung: rung, trials: baselines.count + Int(climbing.rounded()),
          work: share * (Double(baselines.count) * baselineWork + climbing * candidateWork)))
    }
    if plan.budget.randomSearch {
      let count = (StudyForecast.wholeTrainings(plan) - 0.01).rounded(.up)
      stages.append(
        Stage(phase: .randomSearch, rung: plan.lastRung, trials: Int(count), work: count * candidateWork))
    }
    self.stages = stages + [final]
  }

  /// How many candidates serve a target at each rung.
  static func poolSizes(_ plan: StudyPlan) -> [Int] {
    var sizes = [plan.budget.startersPerTarget]
    for _ in 0..<plan.lastRung {
      sizes.append(
        Halving.kept(
          of: sizes[sizes.count - 1], factor: plan.budget.halvingFactor, atLeast: plan.budget.candidatesPerTarget))
    }
    return sizes
  }

  /// What the search spends on its candidates, in whole trainings, where none diverges and none serves two targets.
  static func wholeTrainings(_ plan: StudyPlan) -> Double {
    poolSizes(plan).enumerated().map { rung, pool in
      (plan.share(rung) - (rung > 0 ? plan.share(rung - 1) : 0)) * Double(pool * plan.targets.count)
    }.reduce(0, +)
  }

  /// How many members the final has.
  static func finalists(_ plan: StudyPlan) -> Int {
    let baselines = plan.members.count { $0.role == .baseline }
    guard plan.hasSearch else { return plan.members.count { $0.role != .randomSearch } }
    return baselines + plan.targets.count * (plan.budget.candidatesPerTarget + (plan.budget.randomSearch ? 1 : 0))
  }

  /// Trainings and work of the stages that follow a wave.
  func after(_ wave: StudyStep.Wave) -> (trials: Int, work: Double) {
    guard let index = stages.firstIndex(where: { $0.phase == wave.phase && $0.rung == wave.rung }) else {
      return (0, 0)
    }
    let later = stages[(index + 1)...]
    return (later.map(\.trials).reduce(0, +), later.map(\.work).reduce(0, +))
  }
}
