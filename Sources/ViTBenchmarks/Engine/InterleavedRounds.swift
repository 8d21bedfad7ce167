/// Something that is timed again and again.
struct Contestant {
  /// What one run amounts to, in the unit of the rate: floating-point operations, bytes or images.
  let work: Double
  /// Runs it `count` times and returns the seconds that took.
  let run: (_ count: Int) -> Double

  /// The time that `body` takes.
  static func seconds(_ body: () -> Void) -> Double {
    let start = ContinuousClock.now
    body()
    return (ContinuousClock.now - start) / .seconds(1)
  }
}

/// Measures contestants in turns, so that a machine that warms up or slows down does so for all of them alike.
///
/// Each is run once to warm up, which also tells how many runs make a sample long enough for the clock. Then round
/// follows round until the time is spent; each contestant gets through one round at least.
struct InterleavedRounds {
  var seconds: Double
  /// Runs are timed in groups that last about this long at least.
  var sampleSeconds = 0.01

  /// - Parameter progress: Called between samples with the share of the time that is spent.
  /// - Returns: For each contestant, its rate in each round, in work per second. Only the last round may be short.
  /// - Throws: `CancellationError` when `progress` returns false.
  func measure(_ contestants: [Contestant], progress: (Double) -> Bool) throws -> [[Double]] {
    let start = ContinuousClock.now
    func elapsed() -> Double { (ContinuousClock.now - start) / .seconds(1) }
    func report() throws {
      // Never 1: what was begun when the time is up is still finished.
      let share = min(0.99, elapsed() / max(seconds, .leastNormalMagnitude))
      guard progress(share) else { throw CancellationError() }
    }
    var runs: [Int] = []
    for contestant in contestants {
      try report()
      let first = contestant.run(1)
      // A first run is slow: it touches memory and wakes threads. One that is short is not believed.
      let each = first < sampleSeconds ? contestant.run(1) : first
      runs.append(Int(min(max((sampleSeconds / max(each, 1e-9)).rounded(.up), 1), 1e6)))
    }
    var rates = [[Double]](repeating: [], count: contestants.count)
    repeat {
      for index in contestants.indices {
        if !rates[contestants.count - 1].isEmpty, elapsed() >= seconds { return rates }
        try report()
        let taken = contestants[index].run(runs[index])
        rates[index].append(contestants[index].work * Double(runs[index]) / max(taken, 1e-12))
      }
    } while !contestants.isEmpty && elapsed() < seconds
    return rates
  }
}
