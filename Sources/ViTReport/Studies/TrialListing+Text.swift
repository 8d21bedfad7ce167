package import ViTStorage
internal import ViTNumerics

extension TrialListing {
  /// For a terminal.
  package var table: String {
    guard !rows.isEmpty else { return "no trials yet\n" }
    var table = TextTable([
      ("member", .left), ("phase", .left), ("seed", .right), ("rung", .right), ("state", .left), ("attempts", .right),
      ("latency", .right), ("accuracy %", .right), ("loss", .right), ("images", .right), ("time", .right),
    ])
    for row in rows {
      table.add([
        row.name, row.phase ?? "", "\(row.seed)", "\(row.rung)", row.state, "\(row.attempts)",
        row.latencySeconds.map(ReadableNumber.latency) ?? "",
        row.validationAccuracy.map { ReadableNumber.percent($0) } ?? "",
        row.validationLoss.map { ReadableNumber.fixed($0, decimals: 4) } ?? "",
        row.samplesSeen.map { ReadableNumber.count(Double($0)) } ?? "",
        row.durationSeconds.map(ReadableNumber.clock) ?? "",
      ])
    }
    return table.text
  }

  /// Comma-separated values with every digit.
  package var csv: String {
    let header = [
      "name", "digest", "seed", "rung", "phase", "state", "attempts", "latency_seconds", "validation_accuracy",
      "validation_loss", "training_loss", "samples_seen", "duration_seconds", "images_per_second", "finished", "reason",
    ]
    let cells = rows.map { row in
      [
        row.name, row.digest, "\(row.seed)", "\(row.rung)", row.phase ?? "", row.state, "\(row.attempts)",
        CSV.number(row.latencySeconds), CSV.number(row.validationAccuracy), CSV.number(row.validationLoss),
        CSV.number(row.trainingLoss), row.samplesSeen.map { "\($0)" } ?? "", CSV.number(row.durationSeconds),
        CSV.number(row.imagesPerSecond), row.finished ?? "", row.reason ?? "",
      ]
    }
    return CSV.text([header] + cells)
  }
}
