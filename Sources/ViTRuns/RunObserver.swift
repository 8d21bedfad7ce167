/// Whoever watches a run: is told what happens, from whichever thread, and says whether to go on.
package struct RunObserver: Sendable {
  private let receive: @Sendable (RunEvent) -> Bool

  /// - Parameter receive: Returns whether the run shall go on; a run that shall not ends with `CancellationError` or
  ///   `UnfinishedRun`. Called often, so it should be quick.
  package init(_ receive: @escaping @Sendable (RunEvent) -> Bool) { self.receive = receive }

  /// Nobody looks on, and nothing stops the run.
  package static let none = RunObserver { _ in true }

  /// Tells how far the work in hand is. Returns whether to go on.
  package func report(_ progress: RunProgress) -> Bool { receive(.progress(progress)) }

  /// Says what came of the work in hand. Returns whether to go on.
  @discardableResult package func finished(_ text: String) -> Bool { receive(.finished(text)) }

  /// Says something that the user ought to know. Returns whether to go on.
  @discardableResult package func note(_ text: String) -> Bool { receive(.note(text)) }

  /// Passes on the fractions of an activity.
  package func fractions(of activity: String) -> @Sendable (Double) -> Bool {
    { report(RunProgress(activity: activity, fraction: $0)) }
  }
}
