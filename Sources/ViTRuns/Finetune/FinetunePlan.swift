internal import ViTArchitecture
internal import ViTFiles
internal import ViTPruning
internal import ViTTraining

/// What a finetuning trains with, as its settings and the dense model's recipe say.
struct FinetunePlan {
  private(set) var settings: FinetuneSettings
  private(set) var recipe: TrainingRecipe

  /// - Parameter denseWeights: Path of the dense model's weights, the first teacher.
  init(_ asked: FinetuneRun.Settings, dense: TrainedModel, denseWeights: String) {
    var recipe = dense.recipe
    if let epochs = asked.epochs { recipe.epochs = epochs }
    recipe.learningRate = asked.learningRate ?? recipe.learningRate
    recipe.minimumLearningRate = min(recipe.minimumLearningRate, recipe.learningRate)
    // Trained weights need no warm-up; NViT's finetuning has none.
    recipe.warmupEpochs = asked.isFromScratch ? min(recipe.warmupEpochs, recipe.epochs) : 0
    var settings = FinetuneSettings(
      kind: asked.isFromScratch ? .scratch : .finetuned, epochs: recipe.epochs, learningRate: recipe.learningRate,
      sparsity: asked.sparsity)

    let weight = asked.teacherWeight ?? (asked.isFromScratch ? 0 : 1)
    if asked.isFromScratch, weight == 0, asked.hardTeacher == nil {
      // The recipe as it is, with its own teacher if it has one.
      if let own = recipe.distillation, own.kind == .hard {
        settings.hardTeacher = own.teacher
        settings.hardWeight = own.weight
      } else if let own = recipe.distillation {
        settings.teacher = own.teacher
        settings.teacherWeight = own.weight
        settings.temperature = own.temperature
      }
    } else {
      let own = recipe.distillation.flatMap { $0.kind == .hard ? $0 : nil }
      if weight > 0 {
        settings.teacher = ProjectPath.absolute(denseWeights)
        settings.teacherWeight = weight
        settings.temperature = asked.temperature
      }
      settings.hardTeacher = asked.hardTeacher.map { ProjectPath.absolute($0) } ?? own?.teacher
      // DeiT's share.
      settings.hardWeight = settings.hardTeacher == nil ? 0 : own?.weight ?? 0.5
      recipe.distillation = nil
    }
    self.settings = settings
    self.recipe = recipe
  }

  /// Reads the teachers that settings and recipe name.
  func teachers() throws -> Teachers {
    if let own = recipe.distillation { return Teachers(try Teacher(contentsOf: own.teacher)) }
    return Teachers(
      try settings.teacher.map { try Teacher(contentsOf: $0) },
      hard: try settings.hardTeacher.map { try Teacher(contentsOf: $0) })
  }
}
