import Foundation
import Testing
import ViTFiles

/// Small runs give, trial by trial and bit by bit, what they gave when they were recorded.
///
/// `Fixtures/*.txt` were recorded by the program as it was before its runs became values in `ViTRuns`; set NVIT_RECORD
/// to a folder to record anew, and NVIT_RECORD_WITH to the program to record with.
@Suite struct `Recorded runs` {
  private let runs: RecordedRuns

  init() throws { runs = try RecordedRuns() }

  private func compare(_ lines: [String], with name: String) throws {
    if let folder = ProcessInfo.processInfo.environment["NVIT_RECORD"] {
      return try AtomicFile.write(lines.joined(separator: "\n") + "\n", to: "\(folder)/\(name).txt")
    }
    let fixture = try #require(Bundle.module.url(forResource: "Fixtures/\(name)", withExtension: "txt"))
    let recorded = try FileContents.readText(fixture.path).split(separator: "\n").map(String.init)
    for (index, (now, then)) in zip(lines, recorded).enumerated() where !isSame(now, then) {
      Issue.record("\(name), line \(index + 1)\n  now  \(now)\n  then \(then)")
      return
    }
    #expect(lines.count == recorded.count)
  }

  /// Equal to the last bit; what mining fits only to a relative 1e-9, for the BLAS that its fits use adds up in another
  /// order on other processors, which moves the last two or three of sixteen digits.
  private func isSame(_ now: String, _ then: String) -> Bool {
    guard now.hasPrefix("findings ") else { return now == then }
    let number = /-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?/
    guard now.replacing(number, with: "#") == then.replacing(number, with: "#") else { return false }
    return zip(now.matches(of: number), then.matches(of: number)).allSatisfy { now, then in
      guard let now = Double(now.output.0), let then = Double(then.output.0) else { return false }
      return abs(now - then) <= 1e-9 * max(abs(now), abs(then))
    }
  }

  @Test(arguments: [
    ("sobol", false), ("random", false), ("nsga-ii", true), ("regularised-evolution", true), ("ehvi", true),
  ])
  func `of a study are the same with the sampler`(sampler: String, learns: Bool) throws {
    try compare(try runs.study(sampler, learns: learns), with: sampler)
  }

  @Test func `of training, pruning, finetuning and mining are the same`() throws {
    try compare(try runs.chain(), with: "chain")
  }
}
