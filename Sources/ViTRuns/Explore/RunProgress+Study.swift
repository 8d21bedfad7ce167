internal import ViTSearch

extension RunProgress {
  /// How far a study is, such as "search 7/80 nvit-0.5x-0badcafe, rung 2, audit".
  init(_ progress: StudyProgress) {
    self.init(activity: "exploring", fraction: progress.fraction)
    detail = progress.phase.rawValue
    guard let trial = progress.trial else { return }
    detail += " \(progress.finishedTrials + 1)/\(progress.trialCount) \(trial.name)"
    if trial.seedNumber > 0 { detail += ", seed \(trial.seedNumber)" }
    if progress.phase == .search { detail += ", rung \(trial.rung + 1)" }
    if trial.phase == .audit { detail += ", audit" }
    let speed = trial.progress.imagesPerSecond
    if speed.isFinite, speed > 0 { imagesPerSecond = speed }
  }
}
