internal import ViTFiles

/// What the figures of a soak say.
package struct SoakVerdict: Codable, Hashable, Sendable {
  /// Rounds at the start that are left out: what is loaded or opened once is there after them.
  package var warmUpRounds: Int
  package var resident: Growth?
  package var heap: Growth?
  /// Fewest and most, after the warm-up.
  package var openFiles: [Int]
  package var threads: [Int]

  private enum CodingKeys: String, SnakeCaseKey { case warmUpRounds, resident, heap, openFiles, threads }

  /// Memory that grows by more than this share in an hour is not flat.
  static let tolerance = 0.02

  package init(_ rounds: [SoakRound.Figures]) {
    warmUpRounds = min(max(40, rounds.count / 10), rounds.count)
    let counted = rounds.dropFirst(warmUpRounds)
    resident = Growth(counted.map { ($0.seconds, Double($0.process.residentBytes)) })
    heap = Growth(counted.map { ($0.seconds, Double($0.process.heapBytes)) })
    let files = counted.map(\.process.openFiles)
    let threads = counted.map(\.process.threads)
    openFiles = [files.min(), files.max()].compactMap(\.self)
    self.threads = [threads.min(), threads.max()].compactMap(\.self)
  }

  package var isFlat: Bool {
    guard let resident, let heap, let files = openFiles.first, let threads = threads.first else { return false }
    return resident.isFlat(within: SoakVerdict.tolerance) && heap.isFlat(within: SoakVerdict.tolerance)
      && openFiles.last == files && self.threads.last == threads
  }

  /// For people.
  var text: String {
    guard let resident, let heap else { return "too few rounds to say anything\n" }
    func mebibytes(_ growth: Growth) -> String {
      func number(_ bytes: Double) -> String { "\((bytes / 1048576 * 100).rounded() / 100)" }
      return """
        \(number(growth.level)) MiB, growing by \(number(growth.slope)) MiB an hour \
        [\(number(growth.lower)), \(number(growth.upper))]
        """
    }
    func range(_ counts: [Int]) -> String { Set(counts).sorted().map { "\($0)" }.joined(separator: " to ") }
    return """
      resident memory  \(mebibytes(resident))
      heap in use      \(mebibytes(heap))
      open files       \(range(openFiles))
      threads          \(range(threads))
      \(isFlat ? "flat" : "not flat"): memory may grow by at most \(Int(SoakVerdict.tolerance * 100)) % an hour at the \
      upper end of its 95 % interval, files and threads not at all

      """
  }
}
