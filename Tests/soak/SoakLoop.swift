internal import Foundation
internal import ViTFiles

/// Rounds for a given time, with the figures of each.
package final class SoakLoop {
  package private(set) var rounds: [SoakRound.Figures] = []
  package private(set) var digests: [String: String] = [:]
  private let lengths = SoakRound.Lengths()
  private let began = ContinuousClock.now

  /// How long it has gone on.
  var seconds: Double { (ContinuousClock.now - began) / .seconds(1) }

  package init() {
    // Or the list's own growth would be taken for the runs'.
    rounds.reserveCapacity(1 << 15)
  }

  /// One round.
  ///
  /// - Throws: What its runs throw; `SoakError` when it ended otherwise than an earlier one.
  package func round(isOver: @escaping @Sendable () -> Bool = { false }) async throws {
    let round = SoakRound(rounds.count, lengths: lengths, isOver: isOver)
    try await round.run()
    for (name, digest) in round.digests {
      guard digests[name] ?? digest == digest else {
        throw SoakError("\(name): round \(rounds.count) left other weights than an earlier one")
      }
      digests[name] = digest
    }
    rounds.append(
      SoakRound.Figures(round: rounds.count, seconds: seconds, stops: round.stops, process: try .now()))
  }

  // MARK: Figures

  private struct Document: Encodable {
    var schema = "nvit.soak/1"
    var rounds: Int
    var seconds: Double
    var stops: Int
    var isFlat: Bool
    var verdict: SoakVerdict

    private enum CodingKeys: String, SnakeCaseKey { case schema, rounds, seconds, stops, isFlat, verdict }
  }

  /// Writes `soak.csv`, a line for each round, or for every second or third of them where there are thousands, and
  /// `soak.json`, what all of them say.
  package func write(toFolder folder: String) throws {
    let step = max(1, rounds.count / 1000)
    let lines = rounds.filter { $0.round % step == 0 }.map { round in
      """
      \(round.round),\((round.seconds * 10).rounded() / 10),\(round.stops),\(round.process.residentBytes),\
      \(round.process.heapBytes),\(round.process.openFiles),\(round.process.threads)
      """
    }
    try AtomicFile.write(
      (["round,seconds,stops,resident_bytes,heap_bytes,open_files,threads"] + lines).joined(separator: "\n") + "\n",
      to: folder + "/soak.csv")
    let verdict = SoakVerdict(rounds)
    let document = Document(
      rounds: rounds.count, seconds: rounds.last?.seconds ?? 0, stops: rounds.reduce(0) { $0 + $1.stops },
      isFlat: verdict.isFlat, verdict: verdict)
    try AtomicFile.write(try JSONDocument.text(document, named: folder + "/soak.json"), to: folder + "/soak.json")
  }
}
