internal import ViTArchitecture
internal import ViTNumerics
package import ViTRegularities

/// What mining found, as text.
package enum MineText {
  /// All tables and the summary.
  package static func report(_ found: Regularities) -> String {
    let runs = found.runs.count
    let spread = runs > 1 ? "mean ± half of Student's 95% interval over \(runs) runs" : "one run, spread unknown"
    var text = """
      mined \(runs) \(runs == 1 ? "run" : "runs") from a dense model of E = \(found.dense.embedding), \
      \(found.dense.depth) blocks

      What is left, share of the dense model [%] (\(spread)):
      \(shares(found))
      """
    for kind in found.kinds {
      text += "\n\(kind.kind.name) by block, share of the dense width [%], and the rule's factor for the block:\n"
      text += blocks(kind)
    }
    text += """

      Support of each depth profile: corrected AIC above the best's, and the mean error for a run left out [%] where \
      there are three. ● is kept.
      \(profiles(found))
      \(found.kinds.map(\.choiceSentence).joined(separator: "\n"))

      \(found.kinds.flatMap(\.sentences).joined(separator: "\n"))

      """
    if !found.limits.isEmpty {
      text += "\nWhat this cannot say:\n" + found.limits.map { "- \($0)\n" }.joined()
    }
    return text
  }

  private static func percent(_ share: Estimate) -> String {
    share.plusMinus { ReadableNumber.percent($0, decimals: 1) }
  }

  private static func shares(_ found: Regularities) -> String {
    let targets = found.embeddingShares.map(\.target)
    var rows = [["kind"] + targets, ["E"] + found.embeddingShares.map { percent($0.share) }]
    for kind in found.kinds { rows.append([kind.kind.name] + kind.shares.map { percent($0.share) }) }
    rows.append(["MACs"] + found.costShares.map { percent($0.share) })
    return TextTable.lines(rows)
  }

  private static func blocks(_ kind: KindRegularity) -> String {
    var rows = [["block"] + kind.shares.map(\.target) + ["factor"]]
    for (block, level) in kind.levels.enumerated() {
      let cells = kind.blockShares.map { block < $0.count ? percent($0[block]) : "" }
      rows.append(["\(block + 1)"] + cells + [level.bracketed { ReadableNumber.fixed($0, decimals: 2) }])
    }
    return TextTable.lines(rows)
  }

  private static func profiles(_ found: Regularities) -> String {
    var rows = [["profile"] + found.kinds.map(\.kind.name)]
    for shape in ProfileShape.allCases {
      let cells = found.kinds.map { kind -> String in
        guard let candidate = kind.comparison.candidates.first(where: { $0.shape == shape }) else { return "–" }
        let least = kind.comparison.candidates.compactMap(\.correctedAIC).min() ?? 0
        let support = candidate.correctedAIC.map { ReadableNumber.fixed($0 - least, decimals: 1) } ?? "–"
        let error = candidate.crossValidationError.map { " (\(ReadableNumber.fixed($0 * 100, decimals: 1)))" } ?? ""
        return (kind.comparison.chosen == shape ? "● " : "") + support + error
      }
      rows.append([shape.rawValue] + cells)
    }
    return TextTable.lines(rows)
  }
}
