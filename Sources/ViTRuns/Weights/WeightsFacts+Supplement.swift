internal import ViTArchitecture
internal import ViTData
internal import ViTTraining

extension WeightsFacts {
  /// What they say, read.
  ///
  /// - Throws: `RunError` for numbers that make no sense; what reading the architecture throws.
  func supplement(named names: Checkpoint.Supplement.Names) throws -> Checkpoint.Supplement {
    if let problem {
      throw RunError(.badSettings, "\(names.mean) and \(names.deviation): \(problem)")
    }
    return Checkpoint.Supplement(
      self, architecture: try architecture.map { try Architecture(source: $0) }, names: names)
  }

  /// The teacher in a file of weights or logits.
  func teacher(in path: String, named names: Checkpoint.Supplement.Names) throws -> Teacher {
    try Teacher(contentsOf: path, try supplement(named: names))
  }
}

extension TrainingRecipe.Distillation {
  /// The recipe's teacher, read.
  func reading() throws -> Teacher { try facts.teacher(in: teacher, named: .recipe) }
}
