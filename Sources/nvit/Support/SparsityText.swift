internal import ArgumentParser
internal import ViTFiles
internal import ViTPruning
internal import ViTReport

/// Shows whether a file of weights holds the 2:4 pattern.
enum SparsityText {
  /// - Throws: `ExitCode` when the pattern does not hold.
  static func show(path: String, json: Bool) throws {
    let check = try SparsityPattern.twoOfFour.check(SafeTensorsFile(contentsOf: path))
    if json {
      try JSONOutput.print(Report(holds: check.holds, check: check))
    } else {
      Console.print(text(check))
    }
    guard check.holds else { throw ExitCode(ExitStatus.failure.rawValue) }
  }

  private static func text(_ check: SparsityCheck) -> String {
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

  private struct Report: Encodable {
    var holds: Bool
    var check: SparsityCheck
  }
}
