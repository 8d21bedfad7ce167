internal import ViTArchitecture
internal import ViTData
internal import ViTTraining

/// What a pruning run minimises and where its batches come from: the labels, and the dense model as the teacher.
///
/// NViT's loss is alpha times the divergence from the full model, plus that of a finetuning with labels and a second
/// teacher. Here the cross entropy, shared by the labels and the second teacher where there is one, has weight 1; models
/// with two heads learn with both.
enum PruningObjective {
  static func terms(_ settings: PruningSettings, hasDistillationToken: Bool) -> LossTerms {
    LossTerms(
      hardWeight: settings.hardTeacher == nil ? 0 : settings.hardWeight, fullModelWeight: settings.teacherWeight,
      temperature: settings.temperature, hasDistillationToken: hasDistillationToken)
  }

  static func loader(
    _ settings: PruningSettings, dense: ModelWeights, hardTeacher: Teacher?, images: ImageSet,
    normalization: Normalization, threads: Int
  ) throws -> BatchLoader {
    let recipe = settings.recipe
    let terms = terms(settings, hasDistillationToken: dense.architecture.hasDistillationToken)
    let teachers = Teachers(Teacher(dense), hard: hardTeacher)
    try Trainer(recipe: recipe, images: images, normalization: normalization, threads: threads)
      .check(dense.architecture, teachers: teachers, terms: terms)
    let assembler = BatchAssembler(
      images: images, normalization: normalization, augmentation: recipe.augmentation,
      labelSmoothing: recipe.labelSmoothing, batchSize: recipe.batchSize, seed: settings.seed)
    return BatchLoader(assembler, teachers: teachers, terms: terms, threads: threads)
  }

  static func update(_ settings: PruningSettings) -> TrainingEngine.Update {
    var update = settings.recipe.update
    update.learningRate = settings.learningRate
    return update
  }
}
