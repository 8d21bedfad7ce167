package import ViTArchitecture
package import ViTNumerics

/// Rules, spaces and their members as text.
package enum RuleText {
  /// Name, summary, and what all members share.
  package static func heading(of space: SearchSpace) -> String {
    let summary = space.summary.map { ": \($0)" } ?? ""
    return "\(space.name)\(summary)"
  }

  /// One line on a document that is in order.
  package static func summary(of space: SearchSpace) -> String {
    let open = space.rule.openNumbers.count
    var parts = [
      open == 0
        ? "nothing open, one architecture" : "\(ReadableNumber.count(open, "open number")), \(size(of: space.rule))"
    ]
    if !space.targets.isEmpty { parts.append(ReadableNumber.count(space.targets.count, "target")) }
    if !space.baselines.isEmpty { parts.append(ReadableNumber.count(space.baselines.count, "baseline")) }
    return parts.joined(separator: ", ")
  }

  /// The open numbers with their ranges and their values at a point, and how far the family reaches.
  package static func openNumbers(of rule: ScalingRule, at point: [Double]) -> String {
    guard !rule.openNumbers.isEmpty else { return "" }
    let rows = zip(rule.openNumbers, point).map { number, coordinate in
      [number.path, number.text(number.value(at: coordinate)), number.domainText]
    }
    let title = ["open number", "here", "of"]
    var text = "\n" + table([title] + rows, rightAligned: [1])
    text += "\n\(size(of: rule))"
    if let reach = RuleReach(of: rule) {
      text +=
        ", \(ReadableNumber.spaced(reach.parameters.lowerBound)) to \(ReadableNumber.spaced(reach.parameters.upperBound)) parameters"
      text +=
        ", \(ReadableNumber.spaced(reach.multiplyAccumulates.lowerBound)) to \(ReadableNumber.spaced(reach.multiplyAccumulates.upperBound)) MACs"
      text += reach.isExact ? "" : " (of \(reach.members) drawn)"
    }
    return text
  }

  /// The table of blocks, the profile, and the costs.
  package static func member(_ architecture: Architecture, latency: Estimate?) -> String {
    let cost = architecture.cost
    var rows = [["block", "heads", "QK", "V", "MLP", "parameters", "MACs"]]
    for (index, block) in architecture.blocks.enumerated() {
      let total = cost.blocks[index].total
      rows.append([
        "\(index + 1)", "\(block.heads)", "\(block.queryKey)", "\(block.value)", "\(block.mlpHidden)",
        ReadableNumber.grouped(total.parameters), ReadableNumber.spaced(Double(total.multiplyAccumulates)),
      ])
    }
    let size = "\(architecture.imageSize) x \(architecture.imageSize) x \(architecture.channels)"
    let tokens = "\(architecture.tokenCount) tokens" + (architecture.hasDistillationToken ? ", distilled" : "")
    let scale =
      switch architecture.attentionScale {
      case .inverseSquareRoot: "QK^-0.5"
      case .fixed(let factor): "\(factor)"
      }
    var text = """

      E = \(architecture.embedding), depth \(architecture.depth), \(size), patch \(architecture.patchSize), \(tokens), \
      \(architecture.classCount) classes, attention scale \(scale)

      \(table(rows, rightAligned: Set(0..<7)))

      \(profile(of: architecture))

      parameters  \(ReadableNumber.grouped(cost.total.parameters))
      MACs        \(ReadableNumber.grouped(cost.total.multiplyAccumulates)) (\(ReadableNumber.spaced(Double(cost.total.multiplyAccumulates))))
      """
    if let latency {
      let milliseconds = latency.plusMinus { "\(ReadableNumber.upToTwoDecimals($0 * 1000)) ms" }
      text += "\nlatency     \(milliseconds) for one batch, predicted"
    }
    return text
  }

  package static func method(_ method: RuleSolver.Method) -> String {
    switch method {
    case .enumerated(let members): "\nFound by looking at all \(ReadableNumber.count(members, "member"))."
    case .sampled(let evaluations):
      "\nFound among \(evaluations) draws and steps; the family is too large to look at every member."
    }
  }

  /// A bar for each block and dimension; each dimension is drawn against its own largest.
  private static func profile(of architecture: Architecture) -> String {
    let dimensions: [(String, (Architecture.Block) -> Int)] = [
      ("heads", { $0.heads }), ("QK", { $0.queryKey }), ("V", { $0.value }), ("MLP", { $0.mlpHidden }),
    ]
    let rows = dimensions.map { name, width in
      let widths = architecture.blocks.map(width)
      let (least, greatest) = (widths.min() ?? 0, widths.max() ?? 0)
      let bars = widths.map { bar(Double($0) / Double(max(greatest, 1))) }.joined()
      return [name, bars, least == greatest ? "\(least)" : "\(least) to \(greatest)"]
    }
    return table(rows, rightAligned: [])
  }

  /// Two columns of an eighth to eight eighths.
  private static func bar(_ share: Double) -> String {
    let bars = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]
    let bar = bars[min(max(Int((share * 8).rounded(.up)) - 1, 0), 7)]
    return bar + bar
  }

  private static func size(of rule: ScalingRule) -> String {
    rule.cardinality.map { "\(ReadableNumber.grouped($0)) \($0 == 1 ? "point" : "points")" }
      ?? "more points than can be counted"
  }
}

extension RuleText {
  /// Rows as columns of equal width, two spaces apart.
  static func table(_ rows: [[String]], rightAligned: Set<Int>) -> String {
    let columns = rows.map(\.count).max() ?? 0
    let widths = (0..<columns).map { column in rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0 }
    return rows.map { row in
      let cells = row.enumerated().map { column, cell in
        let padding = String(repeating: " ", count: widths[column] - cell.count)
        return rightAligned.contains(column) ? padding + cell : cell + padding
      }
      let line = cells.joined(separator: "  ")
      return String(line.reversed().drop { $0 == " " }.reversed())
    }.joined(separator: "\n")
  }
}
