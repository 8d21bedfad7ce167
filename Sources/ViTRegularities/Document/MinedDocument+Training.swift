internal import ViTArchitecture
internal import ViTFiles

extension MinedDocument {
  /// The sections `dataset`, `recipe` and `latency`, each followed by an empty line.
  var trainingText: String {
    let sections = [("dataset", datasetLines), ("recipe", recipeLines), ("latency", latencyLines)]
    return sections.map { name, lines in "\(name):\n" + lines.map { "  \($0)\n" }.joined() }.joined(separator: "\n")
  }

  private var datasetLines: [String] {
    let dataset = training.dataset
    var lines = [
      "format: \(dataset.format.rawValue)", "path: \(MinedDocument.quoted(dataset.path))",
      "validation-count: \(dataset.validationCount)",
    ]
    if let limit = dataset.trainingLimit { lines.append("training-limit: \(limit)") }
    if let limit = dataset.testLimit { lines.append("test-limit: \(limit)") }
    return lines + ["split-seed: \(dataset.splitSeed)"]
  }

  private var recipeLines: [String] {
    let recipe = training.recipe
    var lines = [
      "epochs: \(recipe.epochs)", "batch-size: \(recipe.batchSize)", "learning-rate: \(recipe.learningRate)",
      "minimum-learning-rate: \(recipe.minimumLearningRate)", "warmup-epochs: \(recipe.warmupEpochs)",
      "weight-decay: \(recipe.weightDecay)", "beta1: \(recipe.beta1)", "beta2: \(recipe.beta2)",
      "epsilon: \(recipe.epsilon)",
    ]
    if let clip = recipe.gradientClip { lines.append("gradient-clip: \(clip)") }
    if let decay = recipe.emaDecay { lines.append("ema-decay: \(decay)") }
    lines += ["label-smoothing: \(recipe.labelSmoothing)", "drop-path: \(recipe.dropPath)"]
    let augmentation = recipe.augmentation
    lines += [
      "augmentation:", "  crop-padding: \(augmentation.cropPadding)",
      "  horizontal-flip: \(augmentation.horizontalFlip)", "  mixup: \(augmentation.mixup)",
      "  cutmix: \(augmentation.cutmix)", "  random-erasing: \(augmentation.randomErasing)",
    ]
    if let distillation = recipe.distillation {
      lines += [
        "distillation:", "  kind: \(distillation.kind.rawValue)", "  weight: \(distillation.weight)",
        "  temperature: \(distillation.temperature)", "  teacher: \(MinedDocument.quoted(distillation.teacher))",
      ]
      if let path = distillation.architecture { lines.append("  architecture: \(MinedDocument.quoted(path))") }
      for (key, numbers) in [("mean", distillation.mean), ("deviation", distillation.deviation)] {
        if let numbers { lines.append("  \(key): [\(numbers.map { "\($0)" }.joined(separator: ", "))]") }
      }
    }
    return lines
  }

  private var latencyLines: [String] {
    let latency = training.latency
    var lines: [String] = []
    if case .file(let path) = latency.source { lines += ["source: file", "file: \(MinedDocument.quoted(path))"] }
    lines.append("batch-size: \(latency.batchSize)")
    if let threads = latency.threads { lines.append("threads: \(threads)") }
    return lines + ["budget-seconds: \(latency.budgetSeconds)"]
  }

  /// A double-quoted scalar, in which YAML knows the escapes of JSON.
  private static func quoted(_ text: String) -> String {
    text.quoted { scalar in
      switch scalar {
      case "\u{0}"..<"\u{20}", "\u{7F}"..<"\u{A0}": "\\x" + scalar.value.hexadecimal(digits: 2)
      default: nil
      }
    }
  }
}
