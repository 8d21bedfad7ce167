internal import ViTArchitecture
internal import ViTLatency
internal import ViTNumerics
internal import ViTPruning
internal import ViTReport

/// What `nvit prune` prints at its end.
final class PruningReport {
  var family: PrunedFamily
  /// Wall time from the command's start to each snapshot that it took itself.
  var seconds: [Double] = []
  private let isResumed: Bool

  init(family: PrunedFamily, isResumed: Bool) {
    self.family = family
    self.isResumed = isResumed
  }

  func show(_ summary: PruningRun.Summary, folder: String, asJSON: Bool) throws {
    if asJSON { return try JSONOutput.print(Output(rows: rows, summary, folder: folder)) }
    var table = TextTable([
      ("target", .left), ("predicted", .right), ("parameters", .right), ("MACs", .right), ("E", .right),
      ("accuracy", .right), ("wall time", .right),
    ])
    for row in rows {
      table.add([
        row.target, ReadableNumber.latency(row.predictedSeconds), ReadableNumber.count(Double(row.parameters)),
        ReadableNumber.count(Double(row.macs)), "\(row.embedding)",
        row.validationAccuracy.map { ReadableNumber.percentage($0) } ?? "–",
        row.wallSeconds.map { ReadableNumber.clock($0) } ?? "–",
      ])
    }
    print(table.text)
    print(
      """
      accuracy is on the validation images, right after the last removal
      speed: \(Int(summary.firstImagesPerSecond)) images/s at the start\(isResumed ? " of this part" : ""), \
      \(Int(summary.lastImagesPerSecond)) at the end; gathering saliencies took \
      \(ReadableNumber.percentage(summary.firstSaliencyShare)) and \(ReadableNumber.percentage(summary.lastSaliencyShare)) of a step
      written to \(folder)
      """)
  }

  private struct Row: Encodable {
    var target: String
    var targetSeconds: Double
    var predictedSeconds: Double
    var parameters: Int
    var macs: Int
    var embedding: Int
    var validationAccuracy: Double?
    var updates: Int
    var removedGroups: Int
    var wallSeconds: Double?
    var weights: String?
  }

  private struct Output: Encodable {
    var folder: String
    var rows: [Row]
    var firstImagesPerSecond: Double
    var lastImagesPerSecond: Double
    var firstSaliencyShare: Double
    var lastSaliencyShare: Double

    init(rows: [Row], _ summary: PruningRun.Summary, folder: String) {
      self.folder = folder
      self.rows = rows
      firstImagesPerSecond = summary.firstImagesPerSecond
      lastImagesPerSecond = summary.lastImagesPerSecond
      firstSaliencyShare = summary.firstSaliencyShare
      lastSaliencyShare = summary.lastSaliencyShare
    }
  }

  /// The dense model and the snapshots.
  private var rows: [Row] {
    func row(
      _ target: String, _ targetSeconds: Double, _ model: PrunedFamily.Model, updates: Int, removedGroups: Int,
      wallSeconds: Double?
    ) -> Row {
      Row(
        target: target, targetSeconds: targetSeconds, predictedSeconds: model.predictedLatency.seconds,
        parameters: model.architecture.parameterCount, macs: model.architecture.multiplyAccumulates,
        embedding: model.architecture.embedding, validationAccuracy: model.validationAccuracy, updates: updates,
        removedGroups: removedGroups, wallSeconds: wallSeconds, weights: model.weightsFile)
    }
    let dense = row(
      "dense", family.dense.predictedLatency.seconds, family.dense, updates: 0, removedGroups: 0, wallSeconds: nil)
    let earlier = family.snapshots.count - seconds.count
    return [dense]
      + family.snapshots.enumerated().map { index, snapshot in
        row(
          snapshot.target, snapshot.targetSeconds, snapshot.model, updates: snapshot.updates,
          removedGroups: snapshot.removedGroups, wallSeconds: index >= earlier ? seconds[index - earlier] : nil)
      }
  }
}
