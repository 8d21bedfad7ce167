internal import ArgumentParser
internal import Synchronization
internal import ViTFiles
internal import ViTRuns
internal import ViTSearch
internal import ViTNumerics

/// Shows what a run tells, from whichever thread, and passes on the wish to stop.
final class RunDisplay: Sendable {
  private struct State {
    var activity: String?
    var bar: ProgressBar?
  }

  private let state = Mutex(State())

  /// Shows a run to its end. Ctrl-C asks it to stop; what is kept and how to go on is said then.
  ///
  /// - Throws: `ExitCode` for a run that was stopped but leaves something; else what ended the run.
  static func watch<Outcome: Sendable>(_ run: (RunObserver) async throws -> Outcome) async throws -> Outcome {
    Interruption.install()
    let display = RunDisplay()
    do {
      return try await run(RunObserver { display.show($0) })
    } catch let error as UnfinishedRun {
      let advice = error.resumption.map { "; resume with: \(ShellWord.line(["nvit"] + $0.commandLine))" } ?? ""
      display.finish(error.description + advice)
      throw error.isStopped ? ExitCode(ExitStatus.interrupted.rawValue) : error.cause
    } catch {
      display.clear()
      throw error
    }
  }

  /// The same for a run that blocks, which gets a thread of its own.
  static func watch<Outcome: Sendable>(
    blocking run: @escaping @Sendable (RunObserver) throws -> Outcome
  ) async throws -> Outcome {
    try await watch { observer in try await OwnThread.run { try run(observer) } }
  }

  /// For runs that take no time: shows what the user ought to know, and nothing else.
  static let notes = RunObserver { event in
    if case .note(let text) = event { Console.note(text) }
    return true
  }

  private func show(_ event: RunEvent) -> Bool {
    switch event {
    case .progress(let progress): show(progress)
    case .finished(let text): finish(text)
    case .note(let text): Console.note(text)
    }
    return !Interruption.isRequested
  }

  private func show(_ progress: RunProgress) {
    state.withLock { state in
      if state.activity != progress.activity {
        state.activity = progress.activity
        state.bar = ProgressBar(progress.activity)
      }
      state.bar?.update(progress.fraction, remark: RunDisplay.remark(progress))
    }
  }

  private func finish(_ text: String) {
    state.withLock { state in
      (state.bar ?? ProgressBar("")).finish(text)
      state = State()
    }
  }

  /// Leaves no half-full bar in front of what is said next.
  private func clear() { state.withLock { $0.bar?.clear() } }

  /// Such as "2/6 0.5x, seed 1, loss 0.412, 5.12k images/s".
  private static func remark(_ progress: RunProgress) -> String {
    let parts = [
      progress.detail.isEmpty ? nil : progress.detail,
      progress.latencySeconds.map(ReadableNumber.latency),
      progress.loss.map { "loss \(ReadableNumber.fixed($0, decimals: 3))" },
      progress.imagesPerSecond.map { "\(ReadableNumber.count($0)) images/s" },
    ]
    return parts.compactMap(\.self).joined(separator: ", ")
  }
}
