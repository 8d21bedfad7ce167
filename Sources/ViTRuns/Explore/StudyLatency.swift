internal import Foundation
package import ViTArchitecture
internal import ViTFiles
package import ViTLatency
internal import ViTMeasuring
internal import ViTNumerics
package import ViTSearch

/// What a study knows of latencies: a table or model from a file, or a model of this device that is kept between runs.
package struct StudyLatency: Sendable {
  package private(set) var predictor: LatencyFile
  /// Nil where latencies come from a file that may speak of another device, and nothing can be measured.
  let measuring: (any LatencyMeasuring)?
  /// Where the predictions come from, in words; the same for a model that was measured now and one that was kept.
  package let description: String
  /// Remarks on what was measured, kept or measured anew.
  private(set) var notes: [String] = []
  /// Where the model is kept; nil for what cannot be measured.
  private let place: (store: LatencyModelStore, document: String)?

  /// Reads the file that is named, or finds the model that was kept for this space and checks it, or measures one.
  ///
  /// - Parameters:
  ///   - modelFile: A file to go by, whatever the document says.
  ///   - measuring: What measures; nil where nothing can be measured.
  ///   - fit: Measures a new model.
  ///   - progress: Called with the fraction done; returning `false` asks to stop with `CancellationError`.
  package init(
    space: SearchSpace, modelFile: String?, store: LatencyModelStore = .standard, measuring: (any LatencyMeasuring)?,
    fit: (SpaceMembers) throws -> LatencyModel, progress: @Sendable (Double) -> Bool
  ) throws {
    self.measuring = measuring
    if let path = modelFile ?? space.latencyFile {
      guard let file = try LatencyModelLookup.predictor(for: space, explicitFile: path) as? LatencyFile else {
        throw SearchError(.unpredictable, "\(path) holds no latency model")
      }
      predictor = file
      description = "latencies predicted from \(path)"
      guard case .model(let model) = file, measuring != nil else {
        place = nil
        return
      }
      // The file stays as it is; what is measured later is kept in a copy.
      let digest = SHA256.hexDigest(try file.content(for: path))
      let members = try SpaceMembers(of: space)
      let place = (store: store, document: SHA256.hexDigest("\(members.digest) \(digest)".utf8))
      self.place = place
      if let kept = try? store.model(for: model.conditions, model.shape, document: place.document) {
        predictor = .model(kept)
      }
      return
    }
    let members = try SpaceMembers(of: space)
    let place = (store: store, document: members.digest)
    self.place = place
    var notes: [String] = []
    let model: LatencyModel
    if let kept = try StudyLatency.kept(space, members, place, measuring, &notes, progress: progress) {
      model = kept
    } else {
      model = try fit(members)
      // At once, since a plan that cannot be made should not cost the time of measuring again.
      _ = try? store.store(model, document: place.document)
    }
    predictor = .model(model)
    let errors = model.leaveOneOut
    description = """
      latency model of \(model.measurements.count) measured networks, error of networks left out: \
      mean \(ReadableNumber.percent(errors.meanAbsolute))%, 95% below \(ReadableNumber.percent(errors.quantile95))%
      """
    self.notes = notes
  }

  /// The model that was kept for the space, if it still holds.
  private static func kept(
    _ space: SearchSpace, _ members: SpaceMembers, _ place: (store: LatencyModelStore, document: String),
    _ measuring: (any LatencyMeasuring)?, _ notes: inout [String], progress: @Sendable (Double) -> Bool
  ) throws -> LatencyModel? {
    let conditions = DeviceLatencyMeter.engineConditions(space.latency)
    let shape = LatencyShape(members.reference)
    let path = place.store.path(for: conditions, shape, document: place.document)
    let found: LatencyModel?
    do {
      found = try place.store.model(for: conditions, shape, document: place.document)
    } catch {
      notes.append("the kept latency model cannot be read and is measured anew: \(error)")
      return nil
    }
    guard let model = found, let measuring else { return nil }
    let check = try ModelCheck(of: model, beside: members.reference, measuring: measuring, progress: progress)
    func percent(_ share: Double) -> String { ReadableNumber.percentage(share, decimals: 1) }
    let error =
      "\(ReadableNumber.count(check.count, "network")) measured again differ from it by \(percent(check.meanAbsoluteError))"
    guard check.holds else {
      notes.append(
        "the latency model in \(path) no longer holds: \(error) on average, more than \(percent(check.limit)); it is measured anew"
      )
      return nil
    }
    notes.append("the latency model in \(path) still holds: \(error) on average")
    if abs(check.drift - 1) > 0.1 {
      notes.append(
        "the whole machine takes \(ReadableNumber.fixed(check.drift, decimals: 2)) times as long as then, which changes no ratio"
      )
    }
    return model
  }

  /// Makes the plan, with candidates that keep their targets as measured where something can be measured, and keeps the model
  /// that it rests on: with it, the same plan comes out again.
  package mutating func plan(_ problem: SearchProblem, progress: @Sendable (Double) -> Bool) throws -> StudyPlan {
    guard let measuring, let place, case .model(let model) = predictor else {
      return try StudyPlan(problem, predictor: predictor, latencySource: description, progress: progress)
    }
    var outcome = try TargetKeeping.plan(
      problem, model: model, measuring: measuring, latencySource: description, progress: progress)
    if let warning = outcome.model.warning { outcome.plan.notes.append(warning) }
    predictor = .model(outcome.model)
    guard outcome.model != model || outcome.measured > 0 else { return outcome.plan }
    do {
      let path = try place.store.store(outcome.model, document: place.document)
      notes.append(
        "the latency model is kept in \(path)"
          + (outcome.measured > 0
            ? ", with \(ReadableNumber.count(outcome.measured, "network")) measured to keep the targets" : ""))
    } catch {
      notes.append("the latency model could not be kept, so that another run may choose other candidates: \(error)")
    }
    return outcome.plan
  }

  /// Takes the remarks since the last time.
  package mutating func takeNotes() -> [String] {
    defer { notes = [] }
    return notes
  }
}

/// The latency model of a space: measured now, kept from before, or read from a file.
///
/// - Parameter progress: Called with the fraction done; returning `false` asks to stop with `CancellationError`.
package func makeLatency(
  space: SearchSpace, modelFile: String?, threads: Int?, progress: @Sendable (Double) -> Bool
) throws -> LatencyFile {
  try studyLatency(space: space, modelFile: modelFile, threads: threads, progress: progress).predictor
}

/// What a study of a space knows of latencies on this device.
func studyLatency(
  space: SearchSpace, modelFile: String?, threads: Int?, progress: @Sendable (Double) -> Bool
) throws -> StudyLatency {
  let space = space.with(threads: threads)
  return try StudyLatency(
    space: space, modelFile: modelFile,
    measuring: try makeMeasuring(space: space, modelFile: modelFile, threads: threads),
    fit: { members in
      try LatencyModelling(meter: space.latencyMeter).model(
        for: members, budgetSeconds: space.latency.budgetSeconds, progress: progress)
    }, progress: progress)
}
