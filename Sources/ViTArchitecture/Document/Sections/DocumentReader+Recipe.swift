internal import Yams

extension DocumentReader {
  func recipe(of root: MappingReader) -> TrainingRecipe? {
    guard let section = root.mapping("recipe") else { return nil }
    defer { section.close() }
    var recipe = TrainingRecipe()
    func set(_ field: WritableKeyPath<TrainingRecipe, Double>, _ key: String, _ interval: Interval) {
      if let value = section.number(key, in: interval) { recipe[keyPath: field] = value }
    }
    set(\.epochs, "epochs", .above(0, through: 100_000))
    recipe.batchSize = section.int("batch-size", in: 1...65_536) ?? recipe.batchSize
    set(\.learningRate, "learning-rate", .above(0, through: 10))
    set(\.minimumLearningRate, "minimum-learning-rate", .from(0, through: 10))
    set(\.warmupEpochs, "warmup-epochs", .from(0, through: 100_000))
    set(\.weightDecay, "weight-decay", .from(0, through: 10))
    set(\.beta1, "beta1", .from(0, through: 0.9999))
    set(\.beta2, "beta2", .from(0, through: 0.999999))
    set(\.epsilon, "epsilon", .above(0, through: 1))
    recipe.gradientClip = section.number("gradient-clip", in: .above(0, through: 1e6))
    recipe.emaDecay = section.number("ema-decay", in: .above(0, through: 0.999999))
    set(\.labelSmoothing, "label-smoothing", .from(0, through: 0.9))
    set(\.dropPath, "drop-path", .from(0, through: 0.9))
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

  private func augmentation(of recipe: MappingReader) -> TrainingRecipe.Augmentation {
    var augmentation = TrainingRecipe.Augmentation()
    guard let section = recipe.mapping("augmentation") else { return augmentation }
    defer { section.close() }
    let probability = Interval.from(0, through: 1)
    augmentation.cropPadding = section.int("crop-padding", in: 0...1024) ?? 0
    augmentation.horizontalFlip = section.number("horizontal-flip", in: probability) ?? 0
    augmentation.mixup = section.number("mixup", in: .from(0, through: 100)) ?? 0
    augmentation.cutmix = section.number("cutmix", in: .from(0, through: 100)) ?? 0
    augmentation.randomErasing = section.number("random-erasing", in: probability) ?? 0
    return augmentation
  }

  private func distillation(of recipe: MappingReader) -> TrainingRecipe.Distillation? {
    guard let section = recipe.mapping("distillation") else { return nil }
    defer { section.close() }
    let teacher = section.text("teacher", required: true)
    var distillation = TrainingRecipe.Distillation(teacher: teacher ?? "")
    distillation.kind = section.choice("kind") ?? distillation.kind
    distillation.weight = section.number("weight", in: .from(0, through: 1)) ?? distillation.weight
    distillation.temperature = section.number("temperature", in: .above(0, through: 1000)) ?? distillation.temperature
    return teacher == nil ? nil : distillation
  }
}
