internal import Synchronization
internal import ViTArchitecture

/// What every training in progress has reported, and from that how far the study is.
///
/// Trainings report from their own threads; the caller's progress callback is called under the lock, one at a time.
final class TrainingBoard: Sendable {
  private struct State {
    var phase = StudyPhase.final
    /// Of this run.
    var doneWork = 0.0
    /// What is to be done after the wave at hand.
    var laterWork = 0.0
    /// What is left of the wave at hand, trainings in progress included.
    var waveWork = 0.0
    var finishedTrials: Int
    var trialCount: Int
    /// Work done so far in each training in progress.
    var running: [TrialIdentifier: Double] = [:]
    var isStopping = false
  }

  private let start = ContinuousClock.now
  /// Seconds of known length that follow the trainings.
  private let tailSeconds: Double
  private let progress: @Sendable (StudyProgress) -> Bool
  private let state: Mutex<State>

  init(
    finishedTrials: Int, tailSeconds: Double, _ progress: @escaping @Sendable (StudyProgress) -> Bool
  ) {
    self.tailSeconds = tailSeconds
    self.progress = progress
    state = Mutex(State(finishedTrials: finishedTrials, trialCount: finishedTrials))
  }

  /// Begins a wave of trainings, after which about so much is to follow.
  func begin(_ wave: StudyStep.Wave, later: (trials: Int, work: Double)) {
    state.withLock { state in
      state.phase = wave.phase
      state.waveWork = wave.requests.map(\.work).reduce(0, +)
      state.laterWork = later.work
      state.trialCount = state.finishedTrials + wave.requests.count + later.trials
    }
  }

  /// Takes a training's report and passes it on. Returns whether to go on.
  func report(_ trial: TrialRequest, _ current: StudyProgress.Trial) -> Bool {
    state.withLock { state in
      guard !state.isStopping else { return false }
      state.running[trial.identifier] = current.progress.fraction * trial.work
      let running = state.running.values.reduce(0, +)
      let left = max(state.waveWork - running, 0) + state.laterWork
      let goesOn = progress(
        StudyProgress(
          phase: state.phase, fraction: fraction(done: state.doneWork + running, left: left),
          finishedTrials: state.finishedTrials, trialCount: state.trialCount, trial: current))
      state.isStopping = !goesOn
      return goesOn
    }
  }

  func finish(_ trial: TrialRequest) {
    state.withLock { state in
      state.running[trial.identifier] = nil
      state.doneWork += trial.work
      state.waveWork -= trial.work
      state.finishedTrials += 1
    }
  }

  /// Makes every training stop at its next report.
  func stop() { state.withLock { $0.isStopping = true } }

  /// Passed time over passed and expected time, at the pace so far.
  private func fraction(done: Double, left: Double) -> Double {
    guard done > 0 else { return 0 }
    let elapsed = (ContinuousClock.now - start) / .seconds(1)
    return elapsed > 0 ? elapsed / (elapsed * (done + left) / done + tailSeconds) : 0
  }
}

extension TrialRequest {
  /// Proportional to the time that training takes; `StudyForecast` counts alike.
  fileprivate var work: Double { Double(architecture.multiplyAccumulates) * (endShare - startShare) }
}
