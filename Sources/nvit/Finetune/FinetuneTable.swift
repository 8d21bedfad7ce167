internal import ViTNumerics
internal import ViTPruning
internal import ViTReport

/// The results of `nvit finetune` for people: one line for each target.
enum FinetuneTable {
  static func text(_ document: FinetunedFamily) -> String {
    let isSparse = document.settings.sparsity != nil
    let hasBefore = document.models.contains { $0.validationAccuracyBefore != nil }
    var rows = [
      ["target", "parameters"] + (isSparse ? ["not zero"] : []) + (hasBefore ? ["before"] : [])
        + (isSparse ? ["2:4 put on"] : []) + ["after", "± (95%)", "seeds"]
    ]
    var targets: [String] = []
    for model in document.models where !targets.contains(model.target) { targets.append(model.target) }
    for target in targets {
      let models = document.models.filter { $0.target == target }
      guard let first = models.first, let after = MeanInterval(models.map(\.validationAccuracy)) else { continue }
      var row = [target, "\(first.parameters)"]
      if isSparse { row.append("\(first.remainingParameters)") }
      if hasBefore { row.append(first.validationAccuracyBefore.map { ReadableNumber.percentage($0) } ?? "") }
      if isSparse { row.append(first.validationAccuracyMasked.map { ReadableNumber.percentage($0) } ?? "") }
      rows.append(
        row + [
          ReadableNumber.percentage(after.mean), after.halfWidth.map { ReadableNumber.percentage($0) } ?? "",
          "\(after.count)",
        ])
    }
    return TextTable.lines(rows) + "validation accuracy, \(document.settings.kind.rawValue)\n"
  }
}
