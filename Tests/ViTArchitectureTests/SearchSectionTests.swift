import Testing
import ViTArchitecture

@Suite struct `The section search` {
  private func budget(_ section: String) throws -> SearchBudget {
    try Document.space(Document.text(rest: "search: \(section)")).budget
  }

  @Test func `says how trainings are spent`() throws {
    let budget = try budget(
      """
      {candidates-per-target: 2, start-candidates-per-target: 9, rungs: [1/9, 0.5, 1], halving-factor: 2.5, audit: 3,
       random-search: true, seeds: 3, max-seeds: 8, sampler: nsga-ii, rounds: 3}
      """)
    #expect(budget.candidatesPerTarget == 2 && budget.startCandidatesPerTarget == 9)
    #expect(budget.rungs == [1.0 / 9, 0.5, 1] && budget.halvingFactor == 2.5)
    #expect(budget.audit == 3 && budget.randomSearch && budget.seeds == 3 && budget.maxSeeds == 8)
    #expect(budget.sampler == .nsga2 && budget.rounds == 3)
  }

  @Test func `without those keys trains every candidate whole, with every seed`() throws {
    let budget = try budget("{candidates-per-target: 2, seeds: 3}")
    #expect(budget.rungs == [1] && budget.startCandidatesPerTarget == nil && budget.maxSeeds == nil)
    #expect(budget.audit == 0 && !budget.randomSearch && budget.rounds == 1)
  }

  @Test(arguments: [
    ("{rungs: []}", "9:17: a list for search.rungs; expected ascending shares of the training above 0"),
    ("{rungs: 1}", "9:17: \"1\" for search.rungs; expected ascending shares"),
    ("{rungs: [0.5, 0.25, 1]}", "9:23: \"0.25\" in search.rungs; expected ascending shares"),
    ("{rungs: [0, 1]}", "9:18: \"0\" in search.rungs"),
    ("{rungs: [1/0, 1]}", "9:18: \"1/0\" in search.rungs"),
    ("{rungs: [0.5, 2]}", "9:23: \"2\" in search.rungs"),
    ("{rungs: [0.25, 0.5]}", "9:17: 2 shares that end with 0.5 for search.rungs; expected ascending shares"),
    ("{rungs: [a, 1]}", "9:18: \"a\" in search.rungs"),
    ("{rungs: [0.5, 1]}", "9:17: 2 rungs for search.rungs; expected start-candidates-per-target to be above"),
    ("{halving-factor: 1}", "9:26: \"1\" for search.halving-factor; expected a number above 1"),
    (
      "{start-candidates-per-target: 3, candidates-per-target: 4}",
      "9:39: 3 for search.start-candidates-per-target; expected at least candidates-per-target, 4"
    ),
    ("{seeds: 3, max-seeds: 2}", "9:31: 2 for search.max-seeds; expected at least seeds, 3"),
    ("{audit: 2}", "9:17: 2 for search.audit; expected at least two rungs"),
    (
      "{audit: 9, rungs: [0.5, 1], start-candidates-per-target: 8}",
      "9:17: 9 for search.audit; expected at most the 8 candidates"
    ),
    ("{random-search: 1}", "9:25: \"1\" for search.random-search; expected true or false"),
    ("{rounds: 2}", "9:18: 2 for search.rounds; expected a sampler that learns"),
    ("{sampler: ehvi}", "9:19: \"ehvi\" for search.sampler; expected rounds above 1"),
    ("{sampler: ehvi, rounds: 5}", "9:33: 5 for search.rounds; expected at most the 4 candidates"),
  ])
  func `with a mistake is refused at its place`(section: String, message: String) {
    let found = Document.mistakes(Document.text(rest: "search: \(section)"))
    #expect(found.contains { $0.hasPrefix(message) }, "\(found)")
  }
}
