internal import Synchronization
internal import ViTNumerics
internal import ViTSearch

/// Shows a study's progress on one line, from whichever thread reports it, and passes on the wish to stop.
final class StudyDisplay: Sendable {
  private let bar: Mutex<ProgressBar>

  init(_ title: String) { bar = Mutex(ProgressBar(title)) }

  /// Shows the fraction of a phase that has no trials. Returns whether to go on.
  func update(_ fraction: Double, remark: String = "") -> Bool {
    bar.withLock { $0.update(fraction, remark: remark) }
    return !Interruption.isRequested
  }

  /// Shows how far the study is. Returns whether to go on.
  func update(_ progress: StudyProgress) -> Bool {
    update(progress.fraction, remark: StudyDisplay.remark(progress))
  }

  func finish(_ text: String) { bar.withLock { $0.finish(text) } }

  /// Such as "final 7/36 DeiT-64, seed 1, 5120 images/s" or "search 7/80 nvit-0.5x-0badcafe, rung 2, audit".
  static func remark(_ progress: StudyProgress) -> String {
    guard let trial = progress.trial else { return progress.phase.rawValue }
    var text = "\(progress.phase.rawValue) \(progress.finishedTrials + 1)/\(progress.trialCount) \(trial.name)"
    if trial.seedNumber > 0 { text += ", seed \(trial.seedNumber)" }
    if progress.phase == .search { text += ", rung \(trial.rung + 1)" }
    if trial.phase == .audit { text += ", audit" }
    let speed = trial.progress.imagesPerSecond
    if speed.isFinite, speed > 0 { text += ", \(ReadableNumber.count(speed)) images/s" }
    return text
  }
}
