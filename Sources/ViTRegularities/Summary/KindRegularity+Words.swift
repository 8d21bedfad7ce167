internal import ViTNumerics

extension KindRegularity {
  /// Which criterion chose the profile, and whether the other agrees.
  package var choiceSentence: String {
    let chosen = comparison.withdrawn ?? comparison.chosen
    switch comparison.criterion {
    case .correctedAIC: return "\(kind.name): corrected AIC chose \(chosen.rawValue)"
    case .crossValidation:
      let other = comparison.correctedAICChoice
      return "\(kind.name): leaving out runs chose \(chosen.rawValue), corrected AIC "
        + (other == chosen ? "agrees" : "would choose \(other.rawValue)")
    }
  }

  /// The findings in plain words: how the kind goes with the embedding, with the depth, and whether it shows
  /// less-more-less.
  package var sentences: [String] {
    var sentences = ["\(kind.name): \(growthText)", "\(kind.name): \(profileSentence)"]
    if let contrast { sentences.append("\(kind.name): \(contrast.text)") }
    return sentences
  }

  private var growthText: String {
    guard let relative = growth.relativeSlope else {
      return "all snapshots have one embedding, so how it goes with E cannot be known"
    }
    let tenth = "10% less E goes with \(relative.scaled(by: 10).text)% less of it"
    guard relative.lower != nil else { return "\(tenth); too few snapshots to say how sure" }
    switch (growth.form, growth.isSettled) {
    case (.timesEmbedding, true): return "in proportion to E: \(tenth)"
    case (.units, true): return "the same for every E: \(tenth)"
    case (.timesEmbedding, false):
      return
        "nearer to proportion with E than to a constant, without certainty: \(tenth); the base spans what the line says"
    case (.units, false):
      return
        "nearer to a constant than to proportion with E, without certainty: \(tenth); the base spans what the line says"
    }
  }

  private func number(_ name: String) -> String { numbers.first { $0.name == name }?.estimate.text ?? "?" }

  /// What the profile says, such as "blocks 4 to 9 keep 1.8 [1.5, 2.1]x what the others keep".
  package var profileSentence: String {
    switch form {
    case .constant:
      let withdrawn = comparison.withdrawn.map {
        " (\($0.rawValue) was chosen first, but a constant lies within its band)"
      }
      return "no trend with depth: constant\(withdrawn ?? "")"
    case .linear:
      return "from first block to last in equal steps; the last keeps \(number("last"))x what the first keeps"
    case .plateau(_, _, let rise, let fall):
      let middle = rise == fall ? "block \(rise) keeps" : "blocks \(rise) to \(fall) keep"
      return "\(middle) \(number("middle"))x what the others keep"
    case .bell:
      return
        "a bell: \(number("height"))x the mean at block \(number("peak")), \(number("ends"))x at its ends, standard "
        + "deviation \(number("width")) blocks"
    case .stages(let stages):
      let parts = stages.enumerated().map { index, stage in
        let range = stage.first == stage.last ? "\(stage.first)" : "\(stage.first) to \(stage.last)"
        return "\(range) keep \(number("stage \(index + 1)"))x the mean"
      }
      return "stages: blocks \(parts.joined(separator: ", "))"
    case .spline(let knots):
      let parts = knots.enumerated().map { index, knot in
        "\(number("knot \(index + 1)"))x the mean at block \(ReadableNumber.short(knot.position))"
      }
      return "a smooth curve: \(parts.joined(separator: ", "))"
    case .list: return "no simple profile: a factor for each block"
    }
  }
}

extension DepthContrast {
  /// Such as "less-more-less shows: the middle half keeps 1.8x …".
  var text: String {
    let ratios =
      "the middle half keeps \(middleOverFirst.text)x what the first quarter keeps and \(middleOverLast.text)x what "
      + "the last keeps"
    let chance = "p = \(ReadableNumber.short(probability)) over random orders of the blocks"
    switch verdict {
    case .shows: return "less-more-less shows: \(ratios), \(chance)"
    case .notShown: return "less-more-less is not sure: \(ratios), but \(chance)"
    case .absent: return "no less-more-less: \(ratios)"
    }
  }
}

extension Regularities {
  /// What so few runs or snapshots cannot say.
  package var limits: [String] {
    var limits: [String] = []
    if runs.count == 1 {
      limits.append(
        "one run: how much another seed would differ cannot be known; intervals rest on how the blocks scatter")
    }
    if runs.allSatisfy({ $0.targets.count == 1 }) {
      limits.append("one snapshot in each run: how profiles change with the target cannot be known")
    }
    if embedding.minimum == embedding.maximum {
      limits.append("one embedding, \(embedding.minimum): the rule's bases are numbers of units")
    }
    if (1...2).contains(runs.count) {
      limits.append(
        "profiles are chosen by corrected AIC; leaving out one run in turn, which is surer, takes at least three")
    }
    return limits
  }
}
