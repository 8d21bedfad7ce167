extension TrainingRecipe {
  typealias Limit<Root> = (key: String, field: any WritableKeyPath<Root, Double> & Sendable, interval: Interval)

  /// What each number of a recipe may be, by its key in a document.
  static let limits: [Limit<TrainingRecipe>] = [
    ("epochs", \.epochs, .above(0, through: 100_000)),
    ("learning-rate", \.learningRate, .above(0, through: 10)),
    ("minimum-learning-rate", \.minimumLearningRate, .from(0, through: 10)),
    ("warmup-epochs", \.warmupEpochs, .from(0, through: 100_000)),
    ("weight-decay", \.weightDecay, .from(0, through: 10)),
    ("beta1", \.beta1, .from(0, through: 0.9999)),
    ("beta2", \.beta2, .from(0, through: 0.999999)),
    ("epsilon", \.epsilon, .above(0, through: 1)),
    ("label-smoothing", \.labelSmoothing, .from(0, through: 0.9)),
    ("drop-path", \.dropPath, .from(0, through: 0.9)),
  ]
  static let augmentationLimits: [Limit<Augmentation>] = [
    ("horizontal-flip", \.horizontalFlip, .from(0, through: 1)),
    ("mixup", \.mixup, .from(0, through: 100)),
    ("cutmix", \.cutmix, .from(0, through: 100)),
    ("random-erasing", \.randomErasing, .from(0, through: 1)),
  ]
  static let distillationLimits: [Limit<Distillation>] = [
    ("weight", \.weight, .from(0, through: 1)),
    ("temperature", \.temperature, .above(0, through: 1000)),
  ]
  static let batchSizes = 1...65_536
  static let cropPaddings = 0...1024
  static let gradientClips = Interval.above(0, through: 1e6)
  static let emaDecays = Interval.above(0, through: 0.999999)

  /// What no document could have said, for recipes that come from elsewhere: what was found and what was expected; nil
  /// for a sound recipe.
  package var problem: String? {
    func first<Root>(of limits: [Limit<Root>], in root: Root?, _ section: String) -> String? {
      guard let root, let limit = limits.first(where: { !$0.interval.contains(root[keyPath: $0.field]) }) else {
        return nil
      }
      return "\(section)\(limit.key) is \(root[keyPath: limit.field]), expected a number \(limit.interval)"
    }
    func integer(_ key: String, _ value: Int, _ range: ClosedRange<Int>) -> String? {
      range.contains(value) ? nil : "\(key) is \(value), expected \(range.lowerBound) to \(range.upperBound)"
    }
    func optional(_ key: String, _ value: Double?, _ interval: Interval) -> String? {
      value.flatMap { interval.contains($0) ? nil : "\(key) is \($0), expected a number \(interval)" }
    }
    if warmupEpochs > epochs { return "warmup-epochs is \(warmupEpochs), expected at most the epochs, \(epochs)" }
    if minimumLearningRate > learningRate {
      return "minimum-learning-rate is \(minimumLearningRate), expected at most the learning rate, \(learningRate)"
    }
    let problems: [String?] = [
      first(of: TrainingRecipe.limits, in: self, ""),
      first(of: TrainingRecipe.augmentationLimits, in: augmentation, "augmentation."),
      first(of: TrainingRecipe.distillationLimits, in: distillation, "distillation."),
      distillation?.facts.problem.map { "distillation: \($0)" },
      integer("batch-size", batchSize, TrainingRecipe.batchSizes),
      integer("augmentation.crop-padding", augmentation.cropPadding, TrainingRecipe.cropPaddings),
      optional("gradient-clip", gradientClip, TrainingRecipe.gradientClips),
      optional("ema-decay", emaDecay, TrainingRecipe.emaDecays),
    ]
    return problems.lazy.compactMap(\.self).first
  }
}
