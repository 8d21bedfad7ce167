internal import ViTArchitecture
internal import ViTData
internal import ViTFiles
internal import ViTPruning
internal import ViTTraining

/// What a finetuning trains with, as its settings and the dense model's recipe say.
struct FinetunePlan {
  private(set) var settings: FinetuneSettings
  private(set) var recipe: TrainingRecipe
  /// What the recipe says of its own hard teacher, where that is the second one.
  private var hardTeacherFacts: WeightsFacts?

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
        settings.hardTeacherNormalization = own.facts.named
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
      hardTeacherFacts = asked.hardTeacher == nil ? own?.facts : nil
      settings.hardTeacherNormalization = (asked.hardTeacher == nil ? own?.facts : asked.hardTeacherFacts)?.named
      // DeiT's share.
      settings.hardWeight = settings.hardTeacher == nil ? 0 : own?.weight ?? 0.5
      recipe.distillation = nil
    }
    self.settings = settings
    self.recipe = recipe
  }

  /// Reads the teachers that settings and recipe name.
  ///
  /// - Parameters:
  ///   - asked: What the user says of the hard teacher.
  ///   - normalization: Of the family's images, for a dense model whose file does not say it.
  func teachers(
    _ asked: FinetuneRun.Settings, of family: PrunedFamily, _ normalization: Normalization?
  ) throws -> Teachers {
    if let own = recipe.distillation { return Teachers(try own.reading()) }
    let main = try settings.teacher.map { path in
      try Teacher(contentsOf: path, Checkpoint.Supplement(fallback: family.dense.architecture, normalization))
    }
    guard let hard = settings.hardTeacher else { return Teachers(main) }
    let isAsked = asked.hardTeacher != nil
    return Teachers(
      main,
      hard: try (isAsked ? asked.hardTeacherFacts : hardTeacherFacts ?? WeightsFacts())
        .teacher(in: hard, named: isAsked ? .options("hard-teacher-") : .recipe))
  }

  /// What the user ought to know of teachers whose images' normalisation nobody says.
  func assumptions(_ teachers: Teachers, _ images: Normalization) -> [String] {
    let named: [(Teacher?, String?, Checkpoint.Supplement.Names?)] = [
      (teachers.main, recipe.distillation?.teacher ?? settings.teacher, recipe.distillation == nil ? nil : .recipe),
      (teachers.hard, settings.hardTeacher, hardTeacherFacts == nil ? .options("hard-teacher-") : .recipe),
    ]
    return named.compactMap { teacher, path, names in
      path.flatMap { teacher?.assumption(images, path: $0, names: names) }
    }
  }
}
