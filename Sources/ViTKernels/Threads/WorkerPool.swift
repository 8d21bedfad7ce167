internal import CViTKernels
internal import Foundation
internal import Synchronization

/// Work that a pool splits into numbered tasks.
package protocol ParallelJob: AnyObject {
  /// Does task `task` on worker `worker`. Called concurrently for different tasks; a worker runs one task at a time.
  func run(task: Int, worker: Int)
}

/// Threads that share numbered tasks. The caller's thread is worker 0.
///
/// The threads are the pool's own, so training never blocks Swift's cooperative pool. `perform` allocates nothing.
package final class WorkerPool: @unchecked Sendable {
  // Sendable: `job` and `taskCount` are written only between jobs, when every worker is parked on its semaphore, and
  // the semaphores order those writes before the workers' reads.
  package let threadCount: Int

  private unowned(unsafe) var job: (any ParallelJob)?
  private var taskCount = 0
  private let nextTask = Atomic<Int>(0)
  private let busyWorkers = Atomic<Int>(0)
  private let isStopping = Atomic<Bool>(false)
  private let start: [DispatchSemaphore]
  private let done = DispatchSemaphore(value: 0)

  /// - Parameter threadCount: At least 1, the caller's thread included.
  package init(threadCount: Int) {
    self.threadCount = max(1, threadCount)
    start = (1..<max(2, self.threadCount)).map { _ in DispatchSemaphore(value: 0) }
    for worker in 1..<self.threadCount {
      let thread = Thread { [self = Unmanaged.passUnretained(self)] in
        self._withUnsafeGuaranteedRef { $0.serve(worker) }
      }
      thread.name = "nvit worker \(worker)"
      thread.stackSize = 1 << 21
      thread.start()
    }
  }

  deinit { stop() }

  /// Ends the threads. Must be called when no job runs; the pool cannot be used afterwards.
  package func stop() {
    guard !isStopping.exchange(true, ordering: .sequentiallyConsistent) else { return }
    for worker in 1..<threadCount {
      start[worker - 1].signal()
      done.wait()
    }
  }

  /// Runs tasks `0 ..< count` of `job` and returns when all are done.
  package func perform(_ job: any ParallelJob, count: Int) {
    guard threadCount > 1, count > 1 else {
      for task in 0..<count { job.run(task: task, worker: 0) }
      return
    }
    self.job = job
    taskCount = count
    nextTask.store(0, ordering: .relaxed)
    let helpers = min(threadCount, count) - 1
    busyWorkers.store(helpers, ordering: .releasing)
    for worker in 0..<helpers { start[worker].signal() }
    takeTasks(worker: 0)
    // The others finish within moments as a rule; then sleeping would cost more than waiting.
    var spins = 0
    while busyWorkers.load(ordering: .acquiring) > 0 && spins < 4000 {
      nvit_pause()
      spins += 1
    }
    for _ in 0..<helpers { done.wait() }
    self.job = nil
  }

  private func takeTasks(worker: Int) {
    guard let job else { return }
    while true {
      let task = nextTask.add(1, ordering: .relaxed).oldValue
      if task >= taskCount { return }
      job.run(task: task, worker: worker)
    }
  }

  private func serve(_ worker: Int) {
    while true {
      start[worker - 1].wait()
      if isStopping.load(ordering: .sequentiallyConsistent) {
        done.signal()
        return
      }
      takeTasks(worker: worker)
      busyWorkers.subtract(1, ordering: .releasing)
      done.signal()
    }
  }
}
