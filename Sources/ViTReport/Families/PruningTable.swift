internal import ViTArchitecture
internal import ViTLatency
internal import ViTNumerics
package import ViTPruning

/// What a pruning run made, model by model: as JSON and as text.
package struct PruningTable: Encodable {
  fileprivate struct Row: Encodable {
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

  private let folder: String
  /// The dense model and the snapshots.
  fileprivate let rows: [Row]
  private let firstImagesPerSecond: Double
  private let lastImagesPerSecond: Double
  private let firstSaliencyShare: Double
  private let lastSaliencyShare: Double

  /// - Parameters:
  ///   - seconds: Wall time from the run's start to each snapshot that it took itself.
  ///   - folder: The run's.
  package init(_ family: PrunedFamily, seconds: [Double], summary: PruningRun.Summary, folder: String) {
    self.folder = folder
    let earlier = family.snapshots.count - seconds.count
    rows =
      [Row("dense", family.dense.predictedLatency.seconds, family.dense)]
      + family.snapshots.enumerated().map { index, snapshot in
        var row = Row(snapshot.target, snapshot.targetSeconds, snapshot.model)
        row.updates = snapshot.updates
        row.removedGroups = snapshot.removedGroups
        row.wallSeconds = index >= earlier ? seconds[index - earlier] : nil
        return row
      }
    firstImagesPerSecond = summary.firstImagesPerSecond
    lastImagesPerSecond = summary.lastImagesPerSecond
    firstSaliencyShare = summary.firstSaliencyShare
    lastSaliencyShare = summary.lastSaliencyShare
  }

  /// - Parameter isResumed: Whether an earlier run had come part of the way.
  package func text(isResumed: Bool) -> String {
    var table = TextTable([
      ("target", .left), ("predicted", .right), ("parameters", .right), ("MACs", .right), ("E", .right),
      ("accuracy", .right), ("wall time", .right),
    ])
    for row in rows {
      table.add([
        row.target, ReadableNumber.latency(row.predictedSeconds), ReadableNumber.count(Double(row.parameters)),
        ReadableNumber.count(Double(row.macs)), "\(row.embedding)",
        row.validationAccuracy.map { ReadableNumber.percent($0) + "%" } ?? "–",
        row.wallSeconds.map { ReadableNumber.clock($0) } ?? "–",
      ])
    }
    return table.text + """

      accuracy is on the validation images, right after the last removal
      speed: \(Int(firstImagesPerSecond)) images/s at the start\(isResumed ? " of this part" : ""), \
      \(Int(lastImagesPerSecond)) at the end; gathering saliencies took \
      \(ReadableNumber.percent(firstSaliencyShare))% and \(ReadableNumber.percent(lastSaliencyShare))% of a step
      written to \(folder)

      """
  }
}

extension PruningTable.Row {
  fileprivate init(_ target: String, _ targetSeconds: Double, _ model: PrunedFamily.Model) {
    self.init(
      target: target, targetSeconds: targetSeconds, predictedSeconds: model.predictedLatency.seconds,
      parameters: model.architecture.parameterCount, macs: model.architecture.multiplyAccumulates,
      embedding: model.architecture.embedding, validationAccuracy: model.validationAccuracy, updates: 0,
      removedGroups: 0, wallSeconds: nil, weights: model.weightsFile)
  }
}
