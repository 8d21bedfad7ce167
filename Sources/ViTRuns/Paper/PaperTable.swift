internal import ViTNumerics
internal import ViTReport

/// The evidence as people read it.
enum PaperTable {
  /// A Markdown document: the main table, the ablation, sparsity and times.
  static func markdown(_ paper: PaperDocument) -> String {
    var text = """
      # \(paper.name): pruned, finetuned, from scratch, and DeiT

      Means over \(paper.seeds.count) seeds with Student's 95% intervals; accuracies on the test images. Dense models, \
      scratch and DeiT: \(number(paper.epochs)) epochs; finetuning: \(number(paper.finetuneEpochs)) epochs. Latencies \
      are for one batch on \(paper.device), predicted and measured.

      | model | parameters | MACs | predicted [ms] | measured [ms] | pruned [%] | finetuned [%] | from scratch [%] |
      |---|---|---|---|---|---|---|---|
      \(row("dense", paper.dense, accuracies: ["", "", percent(paper.dense.accuracy)]))

      """
    for target in paper.targets {
      text +=
        row(
          "pruned to \(target.target)", target.pruned,
          accuracies: [percent(target.pruned.accuracy), percent(target.finetuned), percent(target.scratch)]) + "\n"
      text += row("DeiT of \(target.target)", target.deit, accuracies: ["", "", percent(target.deit.accuracy)]) + "\n"
    }
    text += """

      ## Which criterion? At \(paper.ablationTarget), finetuned for \(number(paper.ablationEpochs)) epochs

      | saliency | latency term | MACs | pruned [%] | finetuned [%] |
      |---|---|---|---|---|

      """
    for criterion in paper.ablation {
      text += line([
        criterion.saliency, criterion.usesLatency ? "yes" : "no", millions(criterion.multiplyAccumulates),
        percent(criterion.pruned), percent(criterion.finetuned),
      ])
    }
    text += """

      ## 2:4 sparsity

      | snapshot | parameters | left | share of the dense model's | accuracy [%] |
      |---|---|---|---|---|

      """
    for sparse in paper.sparse {
      text += line([
        sparse.target, millions(sparse.parameters), millions(sparse.nonZeroParameters),
        "1/" + ReadableNumber.fixed(paper.dense.parameters.mean / max(sparse.nonZeroParameters.mean, 1), decimals: 1),
        percent(sparse.accuracy),
      ])
    }
    text += """

      ## Time and memory

      | step | seconds | peak memory [MB] |
      |---|---|---|

      """
    for step in paper.steps {
      text += line([
        step.name, ReadableNumber.fixed(step.seconds, decimals: 1),
        step.peakMemoryBytes.map { ReadableNumber.fixed(Double($0) / 1e6, decimals: 0) } ?? "–",
      ])
    }
    let total = paper.steps.reduce(0) { $0 + $1.seconds }
    return text + line(["together", ReadableNumber.fixed(total, decimals: 0), ""])
  }

  /// Accuracy against measured latency.
  static func picture(_ paper: PaperDocument) -> String {
    func point(_ model: PaperDocument.Model, _ accuracy: PaperDocument.Spread, _ name: String) -> SeriesPicture.Point {
      SeriesPicture.Point(
        x: model.measuredLatency.mean * 1e3, y: accuracy.mean * 100,
        halfWidth: accuracy.estimate.halfWidth.map { $0 * 100 },
        title: "\(name): \(ReadableNumber.latency(model.measuredLatency.mean)), \(percent(accuracy))%")
    }
    return SeriesPicture(
      title: "\(paper.name): is it the weights or the shape?",
      subtitle: "test accuracy, means and 95% intervals over \(paper.seeds.count) seeds; measured on \(paper.device)",
      xLabel: "Measured latency of one batch [ms]", yLabel: "Test accuracy [%]",
      series: [
        .init(name: "pruned and finetuned", points: paper.targets.map { point($0.pruned, $0.finetuned, $0.target) }),
        .init(name: "same shapes from scratch", points: paper.targets.map { point($0.pruned, $0.scratch, $0.target) }),
        .init(
          name: "DeiT, same recipe",
          points: paper.targets.map { point($0.deit, $0.deit.accuracy, "DeiT of \($0.target)") } + [
            point(paper.dense, paper.dense.accuracy, "dense")
          ]),
      ]
    ).svg
  }

  private static func row(_ name: String, _ model: PaperDocument.Model, accuracies: [String]) -> String {
    String(
      line(
        [
          name, millions(model.parameters), millions(model.multiplyAccumulates), milliseconds(model.predictedLatency),
          milliseconds(model.measuredLatency),
        ] + accuracies
      ).dropLast())
  }

  private static func line(_ cells: [String]) -> String { "| \(cells.joined(separator: " | ")) |\n" }

  private static func number(_ value: Double) -> String { ReadableNumber.significant(value) }

  private static func milliseconds(_ spread: PaperDocument.Spread) -> String {
    ReadableNumber.fixed(spread.mean * 1e3, decimals: 3)
  }

  private static func millions(_ spread: PaperDocument.Spread) -> String { ReadableNumber.count(spread.mean) }

  private static func percent(_ spread: PaperDocument.Spread) -> String {
    spread.estimate.plusMinus { ReadableNumber.percent($0) }
  }
}
