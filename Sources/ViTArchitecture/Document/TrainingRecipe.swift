/// How a candidate is trained. One recipe serves every candidate and every baseline of a study.
package struct TrainingRecipe: Hashable, Sendable, Codable {
  /// Passes over the training split; fractions are allowed.
  package var epochs: Double = 1
  /// Images in one optimizer step.
  package var batchSize: Int = 64
  /// Peak learning rate of AdamW.
  package var learningRate: Double = 1e-3
  /// Learning rate at the end of the cosine.
  package var minimumLearningRate: Double = 1e-5
  /// Epochs of linear warm-up from zero.
  package var warmupEpochs: Double = 0
  /// Decoupled weight decay; not applied to biases, norms, tokens and positions.
  package var weightDecay: Double = 0.05
  /// AdamW's decay rates of the two moments, and its epsilon.
  package var beta1: Double = 0.9
  package var beta2: Double = 0.999
  package var epsilon: Double = 1e-8
  /// Largest global norm of the gradient; nil leaves it alone.
  package var gradientClip: Double?
  /// Decay of the exponential moving average of the weights once it is warm, which starts at 0; nil keeps none. When
  /// set, the average is evaluated.
  package var emaDecay: Double?
  /// Mass that cross entropy spreads over all classes.
  package var labelSmoothing: Double = 0
  /// Stochastic depth: drop probability of the last block's branches, growing linearly from zero at the first.
  package var dropPath: Double = 0
  package var augmentation = Augmentation()
  package var distillation: Distillation?

  package init() {}

  /// What is done to training images.
  package struct Augmentation: Hashable, Sendable, Codable {
    /// Pixels of zero padding on each side before a random crop back to size; 0 turns cropping off.
    package var cropPadding: Int = 0
    /// Probability of a horizontal flip.
    package var horizontalFlip: Double = 0
    /// Mixup's alpha; 0 turns it off. Zhang et al. 2018.
    package var mixup: Double = 0
    /// CutMix's alpha; 0 turns it off. Yun et al. 2019. When both are on, each batch takes one of them at random.
    package var cutmix: Double = 0
    /// Probability that a rectangle of an image is erased. Zhong et al. 2020.
    package var randomErasing: Double = 0

    package init() {}
  }

  /// Learning from a teacher's logits.
  package struct Distillation: Hashable, Sendable, Codable {
    package enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
      /// Cross entropy with the teacher's most likely class.
      case hard
      /// Kullback-Leibler divergence from the teacher's tempered distribution.
      case soft
    }
    package var kind: Kind = .hard
    /// Share of the loss that the teacher takes, 0 to 1.
    package var weight: Double = 0.5
    /// Temperature of the soft loss.
    package var temperature: Double = 1
    /// Path of the teacher: a safetensors file of its weights, or of its logits of the training images.
    package var teacher: String

    /// What the file of a teacher's weights does not say itself; see `WeightsFacts`.
    package var architecture: String?
    package var mean: [Double]?
    package var deviation: [Double]?

    package init(teacher: String) { self.teacher = teacher }

    /// The same.
    package var facts: WeightsFacts { WeightsFacts(architecture: architecture, mean: mean, deviation: deviation) }
  }
}
