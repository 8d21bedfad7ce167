internal import ViTArchitecture
internal import ViTNumerics

extension MinedDocument {
  /// A kind's entry in the section `rule`.
  func dimension(_ found: KindRegularity) -> String {
    let unit = found.growth.form == .timesEmbedding ? "E" : ""
    let range = baseRange(of: found)
    let limit = unit == "E" ? 1024 : found.kind.limit
    var lines = [
      "  \(found.kind.documentKey):",
      "    base: \(number(range, unit: unit, least: 0.0001, most: limit))".withRemark(
        isOpen && range.lower != nil ? "fitted \(ReadableNumber.short(range.value))\(unit)" : ""),
    ]
    if let profile = profile(of: found) { lines.append("    profile: \(profile)") }
    if found.groupSize > 1 { lines.append("    round: \(found.groupSize)") }
    lines.append("    floor: \(found.groupSize)")
    return lines.joined(separator: "\n")
  }

  /// The base's interval, widened to what the line over E says where neither a multiple of E nor a constant fits it.
  private func baseRange(of found: KindRegularity) -> Estimate {
    var range = found.base
    guard !found.growth.isSettled, var interval = range.interval else { return range }
    let dense = regularities.dense
    for embedding in [regularities.embedding.minimum, regularities.embedding.maximum] {
      guard let share = found.growth.width(at: Double(embedding) / Double(dense.embedding)) else { continue }
      let unit = found.growth.form == .timesEmbedding ? Double(embedding) : 1
      let base = share * dense.meanWidth(of: found.kind) / unit * found.form.baseLevel
      (interval.lower, interval.upper) = (min(interval.lower, base), max(interval.upper, base))
    }
    range.interval = interval
    return range
  }

  /// An open number over the interval, or a fixed one where there is no interval or nothing is to be open.
  private func number(_ estimate: Estimate, unit: String = "", least: Double, most: Double) -> String {
    func bounded(_ value: Double) -> Double { ReadableNumber.rounded(min(max(value, least), most)) }
    let fixed = ReadableNumber.short(bounded(estimate.value)) + unit
    guard isOpen, let lower = estimate.lower, let upper = estimate.upper else { return fixed }
    let (from, through) = (bounded(lower), bounded(upper))
    return from < through
      ? "{from: \(ReadableNumber.short(from))\(unit), through: \(ReadableNumber.short(through))\(unit)}" : fixed
  }

  /// The profile as the rule language writes it; nil for a constant, which needs none. The contrast may be open; places
  /// and the factors of longer profiles are fixed, so that a search has few numbers to choose.
  private func profile(of found: KindRegularity) -> String? {
    let contrast = found.numbers.first.map { number($0.estimate, least: 0, most: 1000) } ?? "1"
    switch found.form {
    case .constant: return nil
    case .linear: return "{linear: {first: 1, last: \(contrast)}}"
    case .plateau(_, _, let rise, let fall):
      return "{plateau: {ends: 1, middle: \(contrast), rise: \(rise), fall: \(fall)}}"
    case .bell(let ends, _, let peak, let width):
      return """
        {bell: {ends: \(ReadableNumber.short(ends)), height: \(contrast), peak: \(ReadableNumber.short(peak)), width: \
        \(ReadableNumber.short(width))}}
        """
    case .stages(let stages):
      let parts = stages.map { stage in
        let blocks = stage.first == stage.last ? "\(stage.first)" : "\(stage.first)-\(stage.last)"
        return "{blocks: \(blocks), factor: \(ReadableNumber.short(stage.factor))}"
      }
      return "{stages: [\(parts.joined(separator: ", "))]}"
    case .spline(let knots):
      let parts = knots.enumerated().map { index, knot in
        let place = index == 0 ? "first" : index == knots.count - 1 ? "last" : ReadableNumber.short(knot.position)
        return "{at: \(place), factor: \(ReadableNumber.short(knot.factor))}"
      }
      return "{spline: {kind: steffen, knots: [\(parts.joined(separator: ", "))]}}"
    case .list(let factors): return "{list: [\(factors.map(ReadableNumber.short).joined(separator: ", "))]}"
    }
  }
}

extension String {
  fileprivate func withRemark(_ remark: String) -> String { remark.isEmpty ? self : "\(self)    # \(remark)" }
}
