/// What a model is trained with, some of which lies in files of its own.
package protocol TrainingSource {
  var dataset: DatasetSpecification { get set }
  var recipe: TrainingRecipe { get set }
  var latency: LatencySettings { get set }
}

extension TrainingSource {
  /// Replaces the paths of data set, teacher, its architecture and latency model.
  package mutating func changePaths(_ change: (String) -> String) {
    dataset.path = change(dataset.path)
    if let teacher = recipe.distillation?.teacher { recipe.distillation?.teacher = change(teacher) }
    if let path = recipe.distillation?.architecture { recipe.distillation?.architecture = change(path) }
    if case .file(let path) = latency.source { latency.source = .file(change(path)) }
  }
}
