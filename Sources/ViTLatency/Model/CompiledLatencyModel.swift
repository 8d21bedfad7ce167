internal import ViTArchitecture

/// A latency model for the members of one family.
struct CompiledLatencyModel: CompiledLatency {
  private let frame: LatencyFrame
  private let ranges: DimensionRanges
  private let terms: [LatencyModel.Term]
  private let leverage: TermLeverage?
  private let correction: LatencyCorrection?

  /// Nil when the family's shape is another than the model's, or the model is no sum of terms.
  init?(_ model: LatencyModel, frame: Architecture) {
    guard LatencyShape(frame) == model.shape, !model.terms.isEmpty else { return nil }
    self.frame = LatencyFrame(frame)
    ranges = model.ranges
    terms = model.terms
    leverage = model.leverage
    correction = model.correction
  }

  func seconds(of member: CompiledMember) -> Double? {
    guard ranges.contain(member) else { return nil }
    let features = LatencyFeatures(member, frame: frame)
    var seconds = 0.0
    for term in terms { seconds += term.seconds * features[term.feature] }
    if let leverage = leverage?(features, sum: seconds), leverage > TermLeverage.limit { return nil }
    if let correction { seconds *= correction.factor(at: .init(member)) }
    return seconds
  }
}

extension DimensionRanges {
  fileprivate func contain(_ member: CompiledMember) -> Bool {
    guard embedding.contains(member.embedding), depth.contains(member.depth) else { return false }
    for index in 0..<member.runCount {
      let block = member.runs[index].block
      guard heads.contains(block.heads), queryKey.contains(block.queryKey), value.contains(block.value),
        mlpHidden.contains(block.mlpHidden)
      else { return false }
    }
    return true
  }
}
