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

  /// The whole numbers among them, by the keys of the document that they replace.
  var numbers: [(key: SearchBudget.Key, option: String, value: Int?)] {
    [
      (.draws, "--budget-draws", draws), (.startCandidates, "--budget-start-candidates", startCandidates),
      (.candidates, "--budget-candidates", candidates), (.seeds, "--budget-seeds", seeds),
      (.maxSeeds, "--budget-max-seeds", maxSeeds), (.audit, "--audit", audit),
    ]
  }

  /// Checks each number by itself.
  ///
  /// - Throws: `RunError` that names the option, and what it may be.
  package func checkLimits() throws(RunError) {
    for (key, option, value) in numbers {
      let limits = SearchBudget.limits(of: key)
      if let value, !limits.contains(value) {
        throw RunError(
          .badSettings, "\(option) is \(value), expected \(limits.lowerBound) to \(limits.upperBound)")
      }
    }
  }

  /// The document's budget with these numbers.
  ///
  /// - Throws: `RunError` when a number is out of its limits or they do not go together, such as an audit without rungs;
  ///   it names the option, or the document's key that the options are at odds with.
  package func checked(on budget: SearchBudget) throws(RunError) -> SearchBudget {
    try checkLimits()
    let changed = applied(to: budget)
    guard let problem = changed.problems.first else { return changed }
    let given = numbers.first { $0.key == problem.key && $0.value != nil }?.option
    throw RunError(
      .badSettings,
      "\(given ?? "the document's search.\(problem.key.rawValue)") is \(problem.found), expected \(problem.expected)")
  }

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
