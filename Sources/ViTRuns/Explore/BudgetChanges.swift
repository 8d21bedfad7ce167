package import ViTArchitecture

/// Numbers that take the place of a document's budget; nil leaves the document's.
package struct BudgetChanges: Hashable, Sendable {
  package var seed: UInt64?
  package var draws: Int?
  package var candidates: Int?
  package var startCandidates: Int?
  package var seeds: Int?
  package var maxSeeds: Int?
  package var audit: Int?
  package var randomSearch: Bool?

  package init() {}

  package func applied(to budget: SearchBudget) -> SearchBudget {
    var budget = budget
    budget.seed = seed ?? budget.seed
    budget.draws = draws ?? budget.draws
    budget.candidatesPerTarget = candidates ?? budget.candidatesPerTarget
    budget.startCandidatesPerTarget = startCandidates ?? budget.startCandidatesPerTarget
    budget.seeds = seeds ?? budget.seeds
    budget.maxSeeds = maxSeeds ?? budget.maxSeeds
    budget.audit = audit ?? budget.audit
    budget.randomSearch = randomSearch ?? budget.randomSearch
    return budget
  }
}
