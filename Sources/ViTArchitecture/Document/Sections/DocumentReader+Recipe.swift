internal import Yams

extension DocumentReader {
  func recipe(of root: MappingReader) -> TrainingRecipe? {
    guard let section = root.mapping("recipe") else { return nil }
    defer { section.close() }
    var recipe = TrainingRecipe()
    read(TrainingRecipe.limits, of: section, into: &recipe)
    recipe.batchSize = section.int("batch-size", in: TrainingRecipe.batchSizes) ?? recipe.batchSize
    recipe.gradientClip = section.number("gradient-clip", in: TrainingRecipe.gradientClips)
    recipe.emaDecay = section.number("ema-decay", in: TrainingRecipe.emaDecays)
    recipe.augmentation = augmentation(of: section)
    recipe.distillation = distillation(of: section)

    if recipe.warmupEpochs > recipe.epochs, let node = section.value("warmup-epochs") {
      report("\(node.found) for recipe.warmup-epochs", "expected at most the epochs, \(recipe.epochs)", at: node)
    }
    if recipe.minimumLearningRate > recipe.learningRate {
      report(
        "\(recipe.minimumLearningRate) for recipe.minimum-learning-rate",
        "expected at most the learning rate, \(recipe.learningRate)",
        at: section.value("minimum-learning-rate") ?? section.value("learning-rate") ?? section.node)
    }
    return recipe
  }

  private func read<Root>(_ limits: [TrainingRecipe.Limit<Root>], of section: MappingReader, into root: inout Root) {
    for limit in limits {
      if let value = section.number(limit.key, in: limit.interval) { root[keyPath: limit.field] = value }
    }
  }

  private func augmentation(of recipe: MappingReader) -> TrainingRecipe.Augmentation {
    var augmentation = TrainingRecipe.Augmentation()
    guard let section = recipe.mapping("augmentation") else { return augmentation }
    defer { section.close() }
    augmentation.cropPadding = section.int("crop-padding", in: TrainingRecipe.cropPaddings) ?? 0
    read(TrainingRecipe.augmentationLimits, of: section, into: &augmentation)
    return augmentation
  }

  private func distillation(of recipe: MappingReader) -> TrainingRecipe.Distillation? {
    guard let section = recipe.mapping("distillation") else { return nil }
    defer { section.close() }
    let teacher = section.text("teacher", required: true)
    var distillation = TrainingRecipe.Distillation(teacher: teacher ?? "")
    distillation.kind = section.choice("kind") ?? distillation.kind
    read(TrainingRecipe.distillationLimits, of: section, into: &distillation)
    distillation.architecture = section.text("architecture")
    distillation.mean = section.numbers("mean", in: WeightsFacts.means)
    distillation.deviation = section.numbers("deviation", in: WeightsFacts.deviations)
    let isRead = [("mean", distillation.mean), ("deviation", distillation.deviation)].allSatisfy { key, value in
      value != nil || section.value(key) == nil
    }
    if isRead, let problem = distillation.facts.problem {
      report(problem, "recipe.distillation", at: section.node)
    }
    return teacher == nil ? nil : distillation
  }
}
