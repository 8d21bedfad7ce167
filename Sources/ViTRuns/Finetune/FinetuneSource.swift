internal import Foundation
internal import ViTArchitecture
internal import ViTData
internal import ViTFiles
internal import ViTPruning
internal import ViTTraining

/// What a finetuning is made from: the pruned family, the dense model's description, data and teachers.
struct FinetuneSource {
  let family: PrunedFamily
  let plan: FinetunePlan
  let data: Dataset
  /// What the family's images are normalised by.
  let normalization: Normalization
  let teachers: Teachers
  let digests: InputDigests
  /// Where the inputs lie, for messages.
  let places: [InputDigests.Name: String]

  /// - Throws: `FileError` when a file is missing or not what it should be, or when data or dense weights are not those
  ///   that the family was pruned with.
  init(_ settings: FinetuneRun.Settings) throws {
    let family = try PrunedFamily.read(folder: settings.family)
    let denseFolder =
      settings.dense
      ?? URL(fileURLWithPath: family.dense.weightsPath(in: settings.family)).deletingLastPathComponent().path
    let denseWeights = denseFolder + "/weights.safetensors"
    let dense = try TrainedModel.readDescription(folder: denseFolder, data: settings.data)
    let plan = FinetunePlan(settings, dense: dense, denseWeights: denseWeights)
    let data = try Dataset(dense.dataset, classes: family.dense.architecture.classCount)
    let pruned = FinetuneSource.normalization(of: family, in: settings.family)
    let teachers = try plan.teachers(settings, of: family, pruned)
    var digests = InputDigests([.data: data.digest])
    try dense.check(digests, folder: denseFolder)
    digests[.teacher] = teachers.main?.digest
    digests[.hardTeacher] = teachers.hard?.digest
    digests[.family] = family.weightsDigest
    if plan.settings.teacher == ProjectPath.absolute(denseWeights), let found = digests[.teacher] {
      try InputDigests([.dense: found]).check(
        against: family.digests ?? InputDigests(), folder: settings.family, places: [.dense: denseFolder])
    }
    var places: [InputDigests.Name: String] = [.data: dense.dataset.path, .family: settings.family]
    places[.teacher] = plan.settings.teacher
    places[.hardTeacher] = plan.settings.hardTeacher
    (self.family, self.plan, self.data, self.teachers, self.digests) = (family, plan, data, teachers, digests)
    // Fresh weights learn from the images as they are; trained ones have to see what they are used to.
    normalization = settings.isFromScratch ? data.normalization : pruned ?? data.normalization
    self.places = places
  }

  /// What the snapshots' images are normalised by, as pruning noted it; nil where no snapshot can be read, which is
  /// reported where it is needed.
  private static func normalization(of family: PrunedFamily, in folder: String) -> Normalization? {
    family.snapshots.first.flatMap { snapshot in
      try? Checkpoint(contentsOf: snapshot.model.weightsPath(in: folder)).normalization
    }
  }
}
