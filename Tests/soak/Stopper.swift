internal import Synchronization
internal import ViTRuns

/// Watches a run, counts what it tells, and stops it at a given moment, or when the whole loop is to end.
final class Stopper: Sendable {
  private let told = Atomic<Int>(0)
  private let limit: Int
  private let isOver: @Sendable () -> Bool

  /// - Parameter limit: So many events are let pass; nil for all.
  init(after limit: Int?, isOver: @escaping @Sendable () -> Bool) {
    self.limit = limit ?? .max
    self.isOver = isOver
  }

  var count: Int { told.load(ordering: .relaxed) }

  var observer: RunObserver {
    RunObserver { [self] _ in
      told.wrappingAdd(1, ordering: .relaxed).newValue <= limit && !isOver()
    }
  }
}
