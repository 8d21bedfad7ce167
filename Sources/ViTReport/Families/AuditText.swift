package import ViTPruning
internal import ViTSearch
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
            guard let found = audit.correlations.first(where: { $0.saliency == saliency && $0.kind == kind }),
              let value = found.spearman, let lower = found.lower, let upper = found.upper
            else { return "–" }
            return "\(number(value)) [\(number(lower)), \(number(upper))]"
          })
    }
    return TextTable.lines(rows) + "\nintervals hold the middle 95% of bootstrap samples"
  }

  private static func number(_ value: Double) -> String { ReadableNumber.fixed(value, decimals: 2) }
}
