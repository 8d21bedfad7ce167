internal import ViTNumerics
package import ViTPruning

/// The results of finetuning a family, as text: one line for each target.
package enum FinetuneTable {
  package static func text(_ document: FinetunedFamily) -> String {
    let isSparse = document.settings.sparsity != nil
    let hasBefore = document.models.contains { $0.validationAccuracyBefore != nil }
    var rows = [
      ["target", "parameters"] + (isSparse ? ["not zero"] : []) + (hasBefore ? ["before"] : [])
        + (isSparse ? ["2:4 put on"] : []) + ["after", "95%", "seeds"]
    ]
    var targets: [String] = []
    for model in document.models where !targets.contains(model.target) { targets.append(model.target) }
    for target in targets {
      let models = document.models.filter { $0.target == target }
      // The exact interval of the images where all seeds agree, which Student's would shrink to nothing.
      guard let first = models.first,
        let after = Estimate(
          accuracies: models.map(\.validationAccuracy), images: first.validationImages)
      else { continue }
      var row = [target, "\(first.parameters)"]
      if isSparse { row.append("\(first.remainingParameters)") }
      if hasBefore { row.append(first.validationAccuracyBefore.map(percent) ?? "") }
      if isSparse { row.append(first.validationAccuracyMasked.map(percent) ?? "") }
      let interval = after.interval?.bracketed { ReadableNumber.percent($0) } ?? ""
      rows.append(row + [percent(after.value), interval, "\(models.count)"])
    }
    return TextTable.lines(rows) + "validation accuracy, \(document.settings.kind.rawValue)\n"
  }

  private static func percent(_ share: Double) -> String { ReadableNumber.percent(share) + "%" }
}
