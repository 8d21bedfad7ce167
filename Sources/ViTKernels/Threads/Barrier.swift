internal import CViTKernels
internal import Foundation
internal import Synchronization

/// Where threads that share one piece of work wait until all of them have come. It can be used again and again, and
/// waiting allocates nothing.
package final class Barrier: Sendable {
  private let count: Int
  private let arrived = Atomic<Int>(0)
  private let generation = Atomic<Int>(0)
  private let condition = NSCondition()

  /// - Parameter count: Threads that come, at least 1.
  package init(count: Int) { self.count = max(1, count) }

  /// Returns when all threads have called it; what each wrote before is then seen by all.
  package func wait() {
    let own = generation.load(ordering: .acquiring)
    guard arrived.add(1, ordering: .acquiringAndReleasing).newValue < count else {
      arrived.store(0, ordering: .relaxed)
      condition.lock()
      generation.add(1, ordering: .releasing)
      condition.broadcast()
      condition.unlock()
      return
    }
    // The others come within moments as a rule; then sleeping would cost more than waiting. A thread whose processor
    // was taken away keeps the others longer, and they sleep.
    var spins = 0
    while generation.load(ordering: .acquiring) == own && spins < 4000 {
      nvit_pause()
      spins += 1
    }
    guard generation.load(ordering: .acquiring) == own else { return }
    condition.lock()
    while generation.load(ordering: .acquiring) == own { condition.wait() }
    condition.unlock()
  }
}
