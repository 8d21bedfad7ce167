import RunTestSupport
import TestSupport
import Testing
import ViTArchitecture
import ViTRuns

/// What a document may not say, an option may not say either.
@Suite struct `Numbers in place of a document's budget` {
  private func message(
    _ document: (inout SearchBudget) -> Void = { _ in }, _ options: (inout BudgetChanges) -> Void
  ) -> String? {
    var (budget, changes) = (SearchBudget(), BudgetChanges())
    document(&budget)
    options(&changes)
    do {
      _ = try changes.checked(on: budget)
      return nil
    } catch {
      #expect(error.code == .badSettings)
      return error.description
    }
  }

  private func rungs(_ budget: inout SearchBudget) {
    budget.rungs = [0.5, 1]
    (budget.startCandidatesPerTarget, budget.candidatesPerTarget) = (8, 2)
  }

  @Test func `are refused where they do not go with each other or with the document`() {
    #expect(message { $0.audit = 5 } == "--audit is 5, expected at least two rungs to compare with one another")
    #expect(
      message(rungs) { $0.audit = 9 }
        == "--audit is 9, expected at most the 8 candidates that each target begins with")
    #expect(
      message {
        $0.seeds = 4
        $0.maxSeeds = 3
      } == "--budget-max-seeds is 3, expected at least seeds, 4")
    #expect(message { $0.maxSeeds = 2 } == "--budget-max-seeds is 2, expected at least seeds, 3")
    #expect(
      message { $0.startCandidates = 3 }
        == "--budget-start-candidates is 3, expected at least candidates-per-target, 4")
  }

  /// The option is sound, and the document is; only together they are not.
  @Test func `name the document's key where that is what an option is at odds with`() {
    #expect(
      message({ $0.maxSeeds = 6 }) { $0.seeds = 7 }
        == "the document's search.max-seeds is 6, expected at least seeds, 7")
    #expect(
      message(rungs) { $0.candidates = 8 }?.hasPrefix(
        "the document's search.rungs is 2 rungs, expected start-candidates-per-target to be above") == true)
    #expect(
      message(rungs) { $0.candidates = 9 }
        == "the document's search.start-candidates-per-target is 8, expected at least candidates-per-target, 9")
    func learning(_ budget: inout SearchBudget) { (budget.sampler, budget.rounds) = (.nsga2, 4) }
    #expect(
      message(learning) { $0.candidates = 3 }
        == "the document's search.rounds is 4, expected at most the 3 candidates that each target begins with")
  }

  @Test func `are refused out of their limits, each by its option`() {
    #expect(message { $0.draws = 0 } == "--budget-draws is 0, expected 1 to 1048576")
    #expect(message { $0.candidates = 10_001 } == "--budget-candidates is 10001, expected 1 to 10000")
    #expect(message { $0.startCandidates = 0 } == "--budget-start-candidates is 0, expected 1 to 10000")
    #expect(message { $0.seeds = 0 } == "--budget-seeds is 0, expected 1 to 1000")
    #expect(message { $0.maxSeeds = 1001 } == "--budget-max-seeds is 1001, expected 1 to 1000")
    #expect(message { $0.audit = -1 } == "--audit is -1, expected 0 to 100")
  }

  @Test func `that go together are taken`() throws {
    #expect(message { $0.seeds = 2 } == nil && message(rungs) { $0.audit = 8 } == nil)
    var changes = BudgetChanges()
    (changes.candidates, changes.randomSearch) = (7, true)
    let budget = try changes.checked(on: SearchBudget())
    #expect(budget.candidatesPerTarget == 7 && budget.randomSearch && budget.seeds == SearchBudget().seeds)
  }

  @Test func `that do not go together leave nothing behind`() async throws {
    let search = TinySearch()
    var settings = try search.settings(try search.space())
    settings.budget.audit = 5
    let run = ExploreRun(settings)
    await expectAsyncError(RunError.self, "--audit is 5, expected at least two rungs") { try await run.run() }
    await expectAsyncError(RunError.self, "--audit is 5") { try await run.plan() }
    #expect(!search.exists("out"))
  }
}
