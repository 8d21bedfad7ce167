package import ViTPruning

/// Whether a file of weights holds the 2:4 pattern: as JSON and as text.
package struct SparsityReport: Encodable {
  package let holds: Bool
  private let check: SparsityCheck

  package init(_ check: SparsityCheck) {
    holds = check.holds
    self.check = check
  }

  /// A line for each layer, and the sums.
  package var text: String {
    var rows = [["layer", "outputs", "inputs", "groups", "too full"]]
    for layer in check.layers {
      rows.append(
        [layer.name, "\(layer.outputs)", "\(layer.inputs)"]
          + (layer.groups > 0 ? ["\(layer.groups)", "\(layer.violations)"] : ["dense: inputs not divisible by 4"]))
    }
    let fitting = check.layers.filter { $0.groups > 0 }
    let sparse = fitting.count(where: \.isSparse)
    return TextTable.lines(rows) + """

      2:4 holds   \(check.holds ? "yes" : "no"), in \(sparse) of \(fitting.count) layers that it fits
      parameters  \(check.parameters), of which \(check.nonZeroParameters) are not zero

      """
  }
}
