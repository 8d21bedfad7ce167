internal import Synchronization
package import ViTRuns

/// Remembers what a run tells, and may ask it to stop.
package final class RunWitness: Sendable {
  private let told = Mutex<[RunEvent]>([])
  private let stops: @Sendable (RunEvent) -> Bool

  /// - Parameter stops: Whether the run is to stop at an event.
  package init(stoppingWhen stops: @escaping @Sendable (RunEvent) -> Bool = { _ in false }) { self.stops = stops }

  /// Asks an activity to stop once it is so far.
  package convenience init(stopping activity: String, at fraction: Double = 0) {
    self.init { event in
      guard case .progress(let progress) = event else { return false }
      return progress.activity.hasPrefix(activity) && progress.fraction >= fraction
    }
  }

  package var observer: RunObserver {
    RunObserver { [self] event in
      told.withLock { $0.append(event) }
      return !stops(event)
    }
  }

  package var events: [RunEvent] { told.withLock { $0 } }

  /// What was told in words: notes, and what came of each piece of work.
  package var texts: [String] {
    events.compactMap { event in
      switch event {
      case .progress: nil
      case .note(let text), .finished(let text): text
      }
    }
  }

  /// All of that.
  package var text: String { texts.joined(separator: "\n") }

  package var progress: [RunProgress] {
    events.compactMap { if case .progress(let progress) = $0 { progress } else { nil } }
  }
}
