import Foundation
import Testing
import soak

@Suite struct `A soak` {
  /// Rounds of ten seconds with a figure for each.
  private func rounds(
    _ count: Int = 360, heap: (Int) -> Int = { _ in 50_000_000 }, files: (Int) -> Int = { _ in 9 }
  ) -> [SoakRound.Figures] {
    (0..<count).map { number in
      SoakRound.Figures(
        round: number, seconds: Double(number) * 10, stops: 2,
        process: ProcessFigures(
          residentBytes: 80_000_000 + number % 7 * 200_000, heapBytes: heap(number), openFiles: files(number),
          threads: 5))
    }
  }

  /// Values around a line: the slope is known, and the interval is that of the textbook.
  @Test func `finds the slope of a line with its interval`() throws {
    let exact = try #require(Growth((0..<60).map { (Double($0), 100 + 2.5 * Double($0)) }))
    #expect(
      abs(exact.slope - 2.5 * 3600) < 1e-6 && exact.upper - exact.lower < 1e-6 && abs(exact.level - 173.75) < 1e-9)
    // Draper and Smith's formula by hand: x 0 to 4, y 1 3 2 5 4, slope 0.8, residual sum 3.6 on 3 degrees of freedom,
    // standard error (1.2 / 10)^(1/2), t 3.182446.
    let fit = try #require(Growth(zip([0.0, 1, 2, 3, 4], [1.0, 3, 2, 5, 4]).map { ($0, $1) }))
    #expect(abs(fit.slope / 3600 - 0.8) < 1e-12)
    #expect(abs((fit.upper - fit.slope) / 3600 - 3.182446 * (0.12).squareRoot()) < 1e-5)
    #expect(Growth([(0, 1), (1, 2)]) == nil)
  }

  @Test func `tells a leak from figures that stay, whatever the first rounds load`() {
    #expect(SoakVerdict(rounds()).isFlat)
    #expect(SoakVerdict(rounds(heap: { 50_000_000 + min($0, 30) * 1_000_000 })).isFlat)
    // 5 kB in each round of ten seconds: 1.8 MB an hour of 50 MB.
    #expect(!SoakVerdict(rounds(heap: { 50_000_000 + $0 * 5000 })).isFlat)
    #expect(!SoakVerdict(rounds(files: { 9 + $0 / 300 })).isFlat)
    #expect(!SoakVerdict(rounds(42)).isFlat)
  }

  @Test func `goes through a round, every run of which is stopped and resumed, and writes what it found`() async throws
  {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("nvit-test-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let loop = SoakLoop()
    try await loop.round()
    let round = try #require(loop.rounds.first)
    #expect(round.stops >= 5 && round.process.heapBytes > 0 && round.process.openFiles > 2, "\(round)")
    #expect(loop.digests.keys.sorted() == ["dense", "finetuned", "pruned", "study by sobol"])
    try loop.write(toFolder: folder)
    let lines = try String(contentsOfFile: folder + "/soak.csv", encoding: .utf8).split(separator: "\n")
    #expect(lines.count == 2 && lines[0].split(separator: ",").count == lines[1].split(separator: ",").count)
    await #expect(throws: (any Error).self) { try await loop.round { true } }
    #expect(loop.rounds.count == 1)
  }
}
