internal import ViTArchitecture
internal import ViTNumerics
package import ViTRegularities

/// The picture of mining: what pruning left of every block, against the rule.
package enum MinePicture {
  package static func svg(_ found: Regularities, families: [PrunedDimensions], title: String) -> String {
    let targets = found.embeddingShares.map(\.target)
    let panels = found.kinds.map { kind in
      ProfilePicture.Panel(
        title: heading(kind.kind), subtitle: caption(kind),
        series: targets.map { target in
          let snapshots = families.flatMap { $0.snapshots.filter { $0.target == target }.map(\.architecture) }
          let embedding = Statistics.mean(snapshots.map { Double($0.embedding) }) ?? 0
          return ProfilePicture.Series(
            runs: snapshots.map { $0.widths(of: kind.kind).map(Double.init) },
            fitted: kind.widths(embedding: embedding).map { ($0.value, $0.lower ?? $0.value, $0.upper ?? $0.value) })
        })
    }
    let runs = found.runs.count
    return ProfilePicture(
      title: title,
      subtitle: "dimensions of each block after pruning, \(ReadableNumber.count(runs, "run"))",
      targets: targets, panels: panels
    ).svg
  }

  private static func heading(_ kind: DimensionKind) -> String {
    switch kind {
    case .heads: "Attention heads (H)"
    case .queryKey: "Query/key width of a head (QK)"
    case .value: "Value width of a head (V)"
    case .mlpHidden: "Hidden width of the MLP (M)"
    }
  }

  /// The sentence on the profile, as far as it fits a panel; the rest is cut behind an interval.
  private static func caption(_ kind: KindRegularity) -> String {
    let text = kind.profileSentence
    guard text.count > 70 else { return text }
    let start = text.prefix(69)
    guard let end = start.ranges(of: "], ").last else { return start + "…" }
    return String(start[..<end.lowerBound]) + "]"
  }
}
