import Testing
import ViTFiles
import ViTPruning
import ViTRuns
import ViTSearch
import nvit

/// The codes of `sysexits.h`.
@Suite struct `Errors map to exit codes` {
  private func status(_ error: any Error) -> Int32? { ExitStatus(for: error)?.rawValue }

  @Test(
    arguments: [
      (FileError.Code.notFound, 66), (.cannotRead, 66), (.malformed, 65), (.cannotCreate, 73), (.cannotWrite, 73),
      (.alreadyExists, 73), (.locked, 75), (.changed, 65),
    ] as [(FileError.Code, Int32)])
  func `of files`(code: FileError.Code, expected: Int32) {
    #expect(status(FileError(code, path: "x", reason: "y")) == expected)
  }

  @Test(
    arguments: [
      (SearchError.Code.nothingFeasible, 1), (.unreachableTarget, 1), (.everythingFailed, 1), (.badSpace, 65),
      (.unpredictable, 65), (.spaceChanged, 65), (.badStudy, 65), (.noStudy, 66),
    ] as [(SearchError.Code, Int32)])
  func `of studies`(code: SearchError.Code, expected: Int32) {
    #expect(status(SearchError(code, "y")) == expected)
  }

  @Test(
    arguments: [
      (PruningError.Code.unreachableTarget, 1), (.diverged, 1), (.badTargets, 64), (.unusableLatency, 65),
      (.settingsChanged, 65),
    ] as [(PruningError.Code, Int32)])
  func `of prunings`(code: PruningError.Code, expected: Int32) {
    #expect(status(PruningError(code, "y")) == expected)
  }

  @Test(
    arguments: [
      (RunError.Code.badSettings, 64), (.unreachable, 1), (.diverged, 1), (.noLatencyModel, 66),
    ] as [(RunError.Code, Int32)])
  func `of runs`(code: RunError.Code, expected: Int32) {
    #expect(status(RunError(code, "y")) == expected)
  }

  @Test func `of a run that was stopped, and of what nobody foresaw`() {
    struct Unforeseen: Error {}
    #expect(status(CancellationError()) == 130)
    #expect(status(Unforeseen()) == 1)
  }
}
