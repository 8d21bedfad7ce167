internal import ViTArchitecture
internal import ViTData
internal import ViTTraining

/// What a pruning run minimises and where its batches come from: the labels, and the dense model as the teacher.
///
/// NViT's loss is alpha times the divergence from the full model, plus that of a finetuning with labels and a second
/// teacher. Here the labels' cross entropy has weight 1; models with two heads learn with both, half each.
enum PruningObjective {
  static func terms(_ settings: PruningSettings, hasDistillationToken: Bool) -> LossTerms {
    let share = hasDistillationToken ? 0.5 : 1
    let head = LossTerms.Head(targets: share, teacherDistribution: share * settings.teacherWeight)
    return LossTerms(
      classHead: head, distillationHead: hasDistillationToken ? head : .init(), temperature: settings.temperature)
  }

  static func loader(
    _ settings: PruningSettings, dense: ModelWeights, images: ImageSet, normalization: Normalization, threads: Int
  ) -> BatchLoader {
    let recipe = settings.recipe
    let assembler = BatchAssembler(
      images: images, normalization: normalization, augmentation: recipe.augmentation,
      labelSmoothing: recipe.labelSmoothing, batchSize: recipe.batchSize, seed: settings.seed)
    return BatchLoader(
      assembler, teachers: Teachers(Teacher(dense)),
      terms: terms(settings, hasDistillationToken: dense.architecture.hasDistillationToken), threads: threads)
  }

  static func update(_ settings: PruningSettings) -> TrainingEngine.Update {
    let recipe = settings.recipe
    var update = TrainingEngine.Update(learningRate: settings.learningRate)
    update.weightDecay = recipe.weightDecay
    update.beta1 = recipe.beta1
    update.beta2 = recipe.beta2
    update.epsilon = recipe.epsilon
    update.gradientClip = recipe.gradientClip
    return update
  }
}
