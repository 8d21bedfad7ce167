import Synchronization
import Testing
import ViTKernels

@Suite struct WorkerPoolTests {
  /// Counts how often each task ran, and by how many tasks a worker was ever used at once.
  private final class Counting: ParallelJob {
    let runs: [Atomic<Int>.Box]
    let active: [Atomic<Int>.Box]
    let overlaps = Atomic<Int>(0)

    init(tasks: Int, workers: Int) {
      runs = (0..<tasks).map { _ in Atomic<Int>.Box() }
      active = (0..<workers).map { _ in Atomic<Int>.Box() }
    }

    func run(task: Int, worker: Int) {
      if active[worker].value.add(1, ordering: .relaxed).oldValue != 0 { overlaps.add(1, ordering: .relaxed) }
      runs[task].value.add(1, ordering: .relaxed)
      active[worker].value.subtract(1, ordering: .relaxed)
    }
  }

  @Test(arguments: [1, 2, 3, 4, 8], [0, 1, 2, 3, 7, 64, 1000])
  func `Every task runs exactly once, one at a time on each worker`(threads: Int, tasks: Int) {
    let pool = WorkerPool(threadCount: threads)
    defer { pool.stop() }
    for _ in 0..<20 {
      let job = Counting(tasks: tasks, workers: threads)
      pool.perform(job, count: tasks)
      #expect(job.runs.allSatisfy { $0.value.load(ordering: .relaxed) == 1 })
      #expect(job.overlaps.load(ordering: .relaxed) == 0)
    }
  }

  @Test func `As many tasks as threads that wait for each other all run at once`() {
    let pool = WorkerPool(threadCount: 4)
    defer { pool.stop() }
    let meeting = Meeting(count: 4)
    pool.perform(meeting, count: 4)
    #expect(meeting.workers.load(ordering: .relaxed) == 0b1111)
  }

  @Test func `Fewer than one thread means the caller's`() {
    #expect(WorkerPool(threadCount: 0).threadCount == 1)
    #expect(WorkerPool(threadCount: -3).threadCount == 1)
  }
}

/// Tasks that end only when all of them have begun.
private final class Meeting: ParallelJob {
  let workers = Atomic<Int>(0)
  private let arrived = Atomic<Int>(0)
  private let count: Int

  init(count: Int) { self.count = count }

  func run(task: Int, worker: Int) {
    workers.bitwiseOr(1 << worker, ordering: .relaxed)
    arrived.add(1, ordering: .acquiringAndReleasing)
    while arrived.load(ordering: .acquiring) < count {}
  }
}

extension Atomic<Int> {
  /// An atomic number that an array can hold.
  fileprivate final class Box: Sendable {
    let value = Atomic<Int>(0)
  }
}
