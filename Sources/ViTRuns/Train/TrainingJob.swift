internal import ViTArchitecture
internal import ViTFiles
internal import ViTStorage

/// What a training was asked to do, as `train.json` in its folder holds it from its start on.
struct TrainingJob: ProjectDocument, TrainingSource {
  static let schemas = ["nvit.training-job/1"]
  static let fileName = "train.json"

  var schema = TrainingJob.currentSchema
  var name: String
  var seed: UInt64
  var architecture: Architecture
  var dataset: DatasetSpecification
  var recipe: TrainingRecipe
  var latency: LatencySettings
  /// Of data and teacher.
  var digests: InputDigests

  private enum CodingKeys: String, CodingKey {
    case schema, name, seed, architecture, dataset, recipe, latency, digests
  }

  /// Checks that a training goes on with what it was started with; data and teacher are known by their content.
  ///
  /// - Throws: `FileError` with both digests, or with what differs otherwise.
  func check(against started: TrainingJob, folder: String) throws(FileError) {
    var places: [InputDigests.Name: String] = [.data: dataset.path]
    places[.teacher] = recipe.distillation?.teacher
    try digests.check(against: started.digests, folder: folder, places: places)
    let texts = try [started, self].map { job throws(FileError) in
      var job = job
      job.digests = InputDigests()
      job.dataset.path = ""
      job.recipe.distillation?.teacher = ""
      // The teacher's digest holds it.
      job.recipe.distillation?.architecture = nil
      job.latency = LatencySettings()
      return try JSONDocument.text(job, named: TrainingJob.fileName)
    }
    guard texts[0] == texts[1] else {
      throw FileError(
        .changed, path: folder,
        reason: """
          the training differs from the one that was started; undo the change, or start anew with --to or --overwrite \
          (- then, + now):
          \(DocumentDifference.text(from: texts[0], to: texts[1]))
          """)
    }
  }
}
