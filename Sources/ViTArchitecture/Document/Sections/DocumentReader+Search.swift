internal import ViTNumerics
internal import Yams

extension DocumentReader {
  /// The section `search`.
  func budget(of root: MappingReader) -> SearchBudget {
    var budget = SearchBudget()
    guard let section = root.mapping("search") else { return budget }
    defer { section.close() }
    budget.seed = section.seed("seed") ?? budget.seed
    budget.sampler = section.choice("sampler") ?? budget.sampler
    budget.draws = section.int("draws", in: 1...1_048_576) ?? budget.draws
    budget.candidatesPerTarget =
      section.int("candidates-per-target", in: 1...10_000) ?? budget.candidatesPerTarget
    budget.startCandidatesPerTarget = section.int("start-candidates-per-target", in: 1...10_000)
    budget.rungs = rungs(of: section) ?? budget.rungs
    budget.halvingFactor = section.number("halving-factor", in: .above(1, through: 1000)) ?? budget.halvingFactor
    budget.rounds = section.int("rounds", in: 1...1000) ?? budget.rounds
    budget.audit = section.int("audit", in: 0...100) ?? budget.audit
    budget.randomSearch = section.bool("random-search") ?? budget.randomSearch
    budget.seeds = section.int("seeds", in: 1...1000) ?? budget.seeds
    budget.maxSeeds = section.int("max-seeds", in: 1...1000)
    budget.tolerance = section.number("tolerance", in: .above(0, through: 1)) ?? budget.tolerance
    check(budget, section)
    return budget
  }

  /// What each key allows by itself, but not together with another.
  private func check(_ budget: SearchBudget, _ section: MappingReader) {
    func refuse(_ key: String, _ found: String, _ expected: String) {
      guard let node = section.value(key) else { return }
      report("\(found) for \(section.place(key))", "expected \(expected)", at: node)
    }
    let starters = budget.startCandidatesPerTarget ?? budget.candidatesPerTarget
    if starters < budget.candidatesPerTarget {
      refuse(
        "start-candidates-per-target", "\(starters)", "at least candidates-per-target, \(budget.candidatesPerTarget)")
    }
    if let most = budget.maxSeeds, most < budget.seeds {
      refuse("max-seeds", "\(most)", "at least seeds, \(budget.seeds)")
    }
    if budget.audit > 0, budget.rungs.count < 2 {
      refuse("audit", "\(budget.audit)", "at least two rungs to compare with one another")
    } else if budget.audit > starters {
      refuse("audit", "\(budget.audit)", "at most the \(starters) candidates that each target begins with")
    }
    if budget.rungs.count > 1, starters == budget.candidatesPerTarget {
      refuse(
        "rungs", "\(budget.rungs.count) rungs",
        "start-candidates-per-target to be above candidates-per-target, or there is nothing to choose")
    }
    if budget.rounds > 1, !budget.sampler.learns {
      refuse("rounds", "\(budget.rounds)", "a sampler that learns from earlier rounds, such as nsga-ii or ehvi")
    }
    if budget.sampler.learns, budget.rounds == 1 {
      refuse("sampler", "\"\(budget.sampler.rawValue)\"", "rounds above 1, which it learns from")
    }
    if budget.rounds > starters {
      refuse("rounds", "\(budget.rounds)", "at most the \(starters) candidates that each target begins with")
    }
  }

  /// Shares of the training: numbers or fractions such as 1/9, ascending, the last being 1.
  private func rungs(of section: MappingReader) -> [Double]? {
    let expected = "ascending shares of the training above 0, such as [1/9, 1/3, 1], the last being 1"
    guard let node = section.value("rungs") else { return nil }
    let place = section.place("rungs")
    guard let items = node.sequence, !items.isEmpty else {
      report("\(node.found) for \(place)", "expected \(expected)", at: node)
      return nil
    }
    var shares: [Double] = []
    for item in items {
      guard let share = item.plainText.flatMap(NumberText.share), share > (shares.last ?? 0), share <= 1 else {
        report("\(item.found) in \(place)", "expected \(expected)", at: item)
        return nil
      }
      shares.append(share)
    }
    guard shares.last == 1, shares.count <= 20 else {
      report("\(shares.count) shares that end with \(shares.last ?? 0) for \(place)", "expected \(expected)", at: node)
      return nil
    }
    return shares
  }
}
