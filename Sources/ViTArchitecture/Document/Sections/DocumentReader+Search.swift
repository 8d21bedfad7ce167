internal import ViTNumerics
internal import Yams

extension DocumentReader {
  /// The section `search`.
  func budget(of root: MappingReader) -> SearchBudget {
    var budget = SearchBudget()
    guard let section = root.mapping("search") else { return budget }
    defer { section.close() }
    budget.seed = section.seed("seed") ?? budget.seed
    budget.sampler = section.choice(SearchBudget.Key.sampler.rawValue) ?? budget.sampler
    func whole(_ key: SearchBudget.Key) -> Int? { section.int(key.rawValue, in: SearchBudget.limits(of: key)) }
    budget.draws = whole(.draws) ?? budget.draws
    budget.candidatesPerTarget = whole(.candidates) ?? budget.candidatesPerTarget
    budget.startCandidatesPerTarget = whole(.startCandidates)
    budget.rungs = rungs(of: section) ?? budget.rungs
    budget.halvingFactor = section.number("halving-factor", in: .above(1, through: 1000)) ?? budget.halvingFactor
    budget.rounds = whole(.rounds) ?? budget.rounds
    budget.audit = whole(.audit) ?? budget.audit
    budget.randomSearch = section.bool("random-search") ?? budget.randomSearch
    budget.seeds = whole(.seeds) ?? budget.seeds
    budget.maxSeeds = whole(.maxSeeds)
    budget.tolerance = section.number("tolerance", in: .above(0, through: 1)) ?? budget.tolerance
    for problem in budget.problems {
      // What the document does not say is no mistake of its.
      guard let node = section.value(problem.key.rawValue) else { continue }
      report("\(problem.found) for \(section.place(problem.key.rawValue))", "expected \(problem.expected)", at: node)
    }
    return budget
  }

  /// Shares of the training: numbers or fractions such as 1/9, ascending, the last being 1.
  private func rungs(of section: MappingReader) -> [Double]? {
    let expected = "ascending shares of the training above 0, such as [1/9, 1/3, 1], the last being 1"
    guard let node = section.value(SearchBudget.Key.rungs.rawValue) else { return nil }
    let place = section.place("rungs")
    guard let items = node.sequence, !items.isEmpty else {
      report("\(node.found) for \(place)", "expected \(expected)", at: node)
      return nil
    }
    var shares: [Double] = []
    for item in items {
      guard let share = (item.scalar?.string).flatMap(NumberText.share), share > (shares.last ?? 0), share <= 1 else {
        report("\(item.found) in \(place)", "expected \(expected)", at: item)
        return nil
      }
      shares.append(share)
    }
    guard shares.last == 1, SearchBudget.limits(of: .rungs).contains(shares.count) else {
      report("\(shares.count) shares that end with \(shares.last ?? 0) for \(place)", "expected \(expected)", at: node)
      return nil
    }
    return shares
  }
}
