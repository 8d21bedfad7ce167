internal import ViTArchitecture

/// A latency model for the members of one family.
struct CompiledLatencyModel: CompiledLatency {
  private let frame: LatencyFrame
  private let ranges: DimensionRanges
  private let terms: [LatencyModel.Term]

  /// Nil when the family's shape is another than the model's.
  init?(_ model: LatencyModel, frame: Architecture) {
    guard LatencyShape(frame) == model.shape else { return nil }
    self.frame = LatencyFrame(frame)
    ranges = model.ranges
    terms = model.terms
  }

  func seconds(of member: CompiledMember) -> Double? {
    guard ranges.contain(member) else { return nil }
    let features = LatencyFeatures(member, frame: frame)
    var seconds = 0.0
    for term in terms { seconds += term.seconds * features[term.feature] }
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
