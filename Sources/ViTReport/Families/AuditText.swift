package import ViTPruning
internal import ViTNumerics

/// How well saliencies foretell the loss, as text.
package enum AuditText {
  /// A line for each saliency, a column for each kind of unit.
  package static func text(_ audit: SaliencyAudit) -> String {
    let columns = [("all", nil)] + UnitKind.allCases.map { ($0.rawValue, $0) } as [(String, UnitKind?)]
    var rows = [["Spearman"] + columns.map(\.0)]
    for saliency in SaliencyKind.allCases {
      rows.append(
        [saliency.rawValue]
          + columns.map { _, kind in
            audit.correlations.first { $0.saliency == saliency && $0.kind == kind }?.spearman?
              .bracketed { ReadableNumber.fixed($0, decimals: 2) } ?? "–"
          })
    }
    return TextTable.lines(rows) + "\nintervals hold the middle 95% of bootstrap samples"
  }
}
