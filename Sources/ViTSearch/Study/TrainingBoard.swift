internal import Synchronization
internal import ViTArchitecture

/// What every training in progress has reported, and from that how far the study is.
///
/// Trainings report from their own threads; the caller's progress callback is called under the lock, one at a time.
final class TrainingBoard: Sendable {
  private struct State {
    var doneWork = 0.0
    var finishedTrials: Int
    /// Work done so far in each training in progress.
    var running: [TrialIdentifier: Double] = [:]
    var isStopping = false
  }

  private let start = ContinuousClock.now
  private let totalWork: Double
  private let trialCount: Int
  /// Seconds of known length that follow the trainings.
  private let tailSeconds: Double
  private let progress: @Sendable (StudyProgress) -> Bool
  private let state: Mutex<State>

  init(
    _ waiting: [TrialRequest], finishedTrials: Int, trialCount: Int, tailSeconds: Double,
    _ progress: @escaping @Sendable (StudyProgress) -> Bool
  ) {
    totalWork = waiting.map(\.work).reduce(0, +)
    self.trialCount = trialCount
    self.tailSeconds = tailSeconds
    self.progress = progress
    state = Mutex(State(finishedTrials: finishedTrials))
  }

  /// Takes a training's report and passes it on. Returns whether to go on.
  func report(_ trial: TrialRequest, _ current: StudyProgress.Trial) -> Bool {
    state.withLock { state in
      guard !state.isStopping else { return false }
      state.running[trial.identifier] = current.progress.fraction * trial.work
      let done = state.doneWork + state.running.values.reduce(0, +)
      let goesOn = progress(
        StudyProgress(
          phase: .training, fraction: fraction(of: done), finishedTrials: state.finishedTrials,
          trialCount: trialCount, trial: current))
      state.isStopping = !goesOn
      return goesOn
    }
  }

  func finish(_ trial: TrialRequest) {
    state.withLock { state in
      state.running[trial.identifier] = nil
      state.doneWork += trial.work
      state.finishedTrials += 1
    }
  }

  /// Makes every training stop at its next report.
  func stop() { state.withLock { $0.isStopping = true } }

  /// Passed time over passed and expected time, at the pace so far.
  private func fraction(of done: Double) -> Double {
    let share = totalWork > 0 ? done / totalWork : 1
    guard share > 0 else { return 0 }
    let elapsed = (ContinuousClock.now - start) / .seconds(1)
    return elapsed > 0 ? elapsed / (elapsed / share + tailSeconds) : 0
  }
}

extension TrialRequest {
  /// Proportional to the time that training takes.
  fileprivate var work: Double { Double(architecture.multiplyAccumulates) }
}
