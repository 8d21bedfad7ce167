/// A run that ended before it was done, but leaves something that is kept.
package struct UnfinishedRun: Error, CustomStringConvertible {
  /// What ended it; `CancellationError` when its observer asked to stop.
  package let cause: any Error
  /// What is kept, such as "7 of 12 trainings are kept".
  package let kept: String
  /// What goes on from there; nil when going on would not fare better.
  package let resumption: (any RunSettings)?

  package var isStopped: Bool { cause is CancellationError }

  package var description: String { "\(isStopped ? "stopped" : "ended by an error"); \(kept)" }
}
