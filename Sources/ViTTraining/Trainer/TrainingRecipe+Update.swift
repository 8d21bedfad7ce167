package import ViTArchitecture

extension TrainingRecipe {
  /// AdamW's update as the recipe has it, at its peak learning rate.
  package var update: TrainingEngine.Update {
    var update = TrainingEngine.Update(learningRate: learningRate)
    update.weightDecay = weightDecay
    update.beta1 = beta1
    update.beta2 = beta2
    update.epsilon = epsilon
    update.gradientClip = gradientClip
    return update
  }
}
