import Foundation
import Synchronization
import Testing
import ViTNumerics

import ViTSearch

@Suite struct `Whole studies` {
  /// What so many studies find, each by itself.
  private func run<Value: Sendable>(
    _ studies: WholeStudies, _ count: Int, _ value: @escaping @Sendable (FrontDocument) throws -> Value
  ) async throws -> [Value] {
    try await withThrowingTaskGroup(of: [(Int, Value)].self) { group in
      let parts = 8
      for part in 0..<parts {
        group.addTask {
          try stride(from: part, to: count, by: parts).map { ($0, try value(studies.front(UInt64($0)))) }
        }
      }
      var found: [(Int, Value)] = []
      for try await values in group { found += values }
      return found.sorted { $0.0 < $1.0 }.map(\.1)
    }
  }

  /// All that differs between members is their latency, seeds, and how the images suit them.
  @Test func `without any difference claim one in at most 6 of 100`() async throws {
    let count = 1000
    let found = try await run(try WholeStudies(), count) { front in
      (
        claims: WholeStudies.claims(front).map(\.what), earlier: WholeStudies.earlierClaims(front),
        probabilities: WholeStudies.probabilities(front)
      )
    }
    let share = Double(found.count { !$0.claims.isEmpty }) / Double(count)
    let earlier = Double(found.count { $0.earlier > 0 }) / Double(count)
    var kinds: [String: Int] = [:]
    for claim in found.flatMap(\.claims) { kinds[claim, default: 0] += 1 }
    // Each comparison by itself, at 5%.
    let alone = Dictionary(grouping: found.flatMap(\.probabilities), by: \.what).mapValues { own in
      Double(own.count { Verdict.isDecided($0.probability) }) / Double(own.count)
    }
    print("comparisons decided wrongly by themselves: \(alone)")
    print("studies with a false claim: \(share) of \(count), by an earlier version's comparisons \(earlier); \(kinds)")
    #expect(share <= 0.06)
    // By itself, each is right as often as it says: three standard deviations of a share of a thousand independent ones.
    #expect(alone.values.allSatisfy { $0 < 0.05 + 3 * (0.05 * 0.95 / 1000).squareRoot() })
    #expect(earlier > 0.2)
  }

  /// Candidates are better than baselines by half a point, and the search's than random search's by as much.
  @Test func `find a difference of half a point`() async throws {
    var studies = try WholeStudies()
    studies.gain = 0.005
    let count = 100
    let overBaselines = try await run(studies, count) { front in
      (
        front.comparisons.count { $0.fromBaselines.map { $0.isDecided && $0.value > 0 } ?? false },
        WholeStudies.claims(front).contains { $0.what == "hypervolume of search and baselines" && $0.isBetter }
      )
    }
    studies = try WholeStudies()
    studies.gainOfSearch = 0.005
    let overRandom = try await run(studies, count) { front in
      (
        front.comparisons.count { $0.fromRandom.map { $0.isDecided && $0.value > 0 } ?? false },
        WholeStudies.claims(front).contains { $0.what == "hypervolume of search and random search" && $0.isBetter }
      )
    }
    func share(_ counts: [Int], of most: Int) -> Double { Double(counts.reduce(0, +)) / Double(most * count) }
    let power = [
      "a target's winner over the baselines": share(overBaselines.map(\.0), of: 4),
      "its hypervolume over the baselines'": share(overBaselines.map { $0.1 ? 1 : 0 }, of: 1),
      "a target's winner over random search's": share(overRandom.map(\.0), of: 4),
      "its hypervolume over random search's": share(overRandom.map { $0.1 ? 1 : 0 }, of: 1),
    ]
    print("power for half a point: \(power.sorted { $0.key < $1.key })")
    // More than chance would call decided, by far.
    #expect(power.values.allSatisfy { $0 > 0.1 })
  }
}
