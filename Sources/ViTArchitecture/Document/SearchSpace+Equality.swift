extension SearchSpace: Equatable {
  /// Whether two documents say the same, however they are written and wherever they lie.
  package static func == (a: SearchSpace, b: SearchSpace) -> Bool {
    a.name == b.name && a.summary == b.summary && a.rule == b.rule && a.constraints == b.constraints
      && a.targets == b.targets && a.baselines == b.baselines && a.dataset == b.dataset && a.recipe == b.recipe
      && a.latency == b.latency && a.budget == b.budget
  }

  /// Whether two documents ask for the same search: where data and teacher lie, which digests identify, and the words
  /// that describe the space may differ.
  package func asksForTheSame(as other: SearchSpace) -> Bool {
    var (own, others) = (self, other)
    (own.summary, others.summary) = (nil, nil)
    own.forgetPlaces()
    others.forgetPlaces()
    return own == others
  }

  private mutating func forgetPlaces() {
    dataset?.path = ""
    recipe?.distillation?.teacher = ""
    // The teacher's digest holds it.
    recipe?.distillation?.architecture = nil
  }
}
