internal import ViTNumerics

extension FrontDocument.Hypervolume {
  /// Below this width a range is as good as a single latency, at which members are compared as they are.
  private static let leastWidth = 1.05

  /// Nil where the sets have no range of latencies in common.
  init?(_ front: FrontDocument) {
    let sets = FrontSets(front)
    guard !sets.candidates.isEmpty, let range = FrontArea.commonRange(sets.all.map(front.places)),
      range.upperBound - range.lowerBound >= Logarithm.natural(Self.leastWidth)
    else { return nil }
    let reference = front.referenceValue
    func height(_ set: [Int]) -> Double { front.height(set, over: range, above: reference) }
    self.init(
      range: Exponential.natural(range.lowerBound)...Exponential.natural(range.upperBound), referenceValue: reference,
      front: front.heightOfAll(over: range, above: reference), candidates: height(sets.candidates),
      randomSearch: sets.random.isEmpty ? nil : height(sets.random),
      baselines: sets.baselines.isEmpty ? nil : height(sets.baselines))
    guard let baselines, baselines > 0 else { return }
    candidatesRatio = Estimate(candidates / baselines)
    randomSearchRatio = randomSearch.map { Estimate($0 / baselines) }
  }

  /// Which stands higher, with every error that is known; only for winners that were chosen by other trainings.
  mutating func compare(_ front: FrontDocument, _ members: ComparedMembers) {
    guard !front.comparisons.isEmpty, front.comparisons.allSatisfy(\.isChosenBefore) else { return }
    let sets = FrontSets(front)
    let range = Logarithm.natural(lowerLatencySeconds)...Logarithm.natural(upperLatencySeconds)
    func height(_ set: [Int]) -> ComparedMembers.Contrast? {
      let indices = set.compactMap { members.index(front.entries[$0].digest) }
      return indices.isEmpty ? nil : members.height(of: indices, over: range)
    }
    guard let own = height(sets.candidates) else { return }
    func order(_ other: ComparedMembers.Contrast) -> Order? {
      members.finding(own.less(1, times: other)).map { Order(probability: $0.probability) }
    }
    let random = height(sets.random)
    if let baselines = height(sets.baselines) {
      aboveBaselines = order(baselines)
      func ratio(_ set: ComparedMembers.Contrast) -> Estimate {
        members.ratio(of: set, to: baselines, above: referenceValue)
      }
      candidatesRatio = ratio(own)
      randomSearchRatio = random.map(ratio)
      if case .sources(let sources, _)? = candidatesRatio?.interval?.covers { covers = sources.names }
    }
    aboveRandomSearch = random.flatMap(order)
  }
}
