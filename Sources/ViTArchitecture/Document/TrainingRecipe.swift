/// How a candidate is trained. One recipe serves every candidate and every baseline of a study.
public struct TrainingRecipe: Hashable, Sendable, Codable {
  /// Passes over the training split; fractions are allowed.
  public var epochs: Double = 1
  /// Images in one optimizer step.
  public var batchSize: Int = 64
  /// Peak learning rate of AdamW.
  public var learningRate: Double = 1e-3
  /// Learning rate at the end of the cosine.
  public var minimumLearningRate: Double = 1e-5
  /// Epochs of linear warm-up from zero.
  public var warmupEpochs: Double = 0
  /// Decoupled weight decay; not applied to biases, norms, tokens and positions.
  public var weightDecay: Double = 0.05
  /// AdamW's decay rates of the two moments, and its epsilon.
  public var beta1: Double = 0.9
  public var beta2: Double = 0.999
  public var epsilon: Double = 1e-8
  /// Largest global norm of the gradient; nil leaves it alone.
  public var gradientClip: Double?
  /// Decay of the exponential moving average of the weights; nil keeps none. When set, the average is evaluated.
  public var emaDecay: Double?
  /// Mass that cross entropy spreads over all classes.
  public var labelSmoothing: Double = 0
  /// Stochastic depth: drop probability of the last block's branches, growing linearly from zero at the first.
  public var dropPath: Double = 0
  public var augmentation = Augmentation()
  public var distillation: Distillation?

  public init() {}

  /// What is done to training images.
  public struct Augmentation: Hashable, Sendable, Codable {
    /// Pixels of zero padding on each side before a random crop back to size; 0 turns cropping off.
    public var cropPadding: Int = 0
    /// Probability of a horizontal flip.
    public var horizontalFlip: Double = 0
    /// Mixup's alpha; 0 turns it off. Zhang et al. 2018.
    public var mixup: Double = 0
    /// CutMix's alpha; 0 turns it off. Yun et al. 2019. When both are on, each batch takes one of them at random.
    public var cutmix: Double = 0
    /// Probability that a rectangle of an image is erased. Zhong et al. 2020.
    public var randomErasing: Double = 0

    public init() {}
  }

  /// Learning from a teacher's logits.
  public struct Distillation: Hashable, Sendable, Codable {
    public enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
      /// Cross entropy with the teacher's most likely class.
      case hard
      /// Kullback-Leibler divergence from the teacher's tempered distribution.
      case soft
    }
    public var kind: Kind = .hard
    /// Share of the loss that the teacher takes, 0 to 1.
    public var weight: Double = 0.5
    /// Temperature of the soft loss.
    public var temperature: Double = 1
    /// Path of the teacher: a safetensors file of its weights, or of its logits of the training images.
    public var teacher: String

    public init(teacher: String) { self.teacher = teacher }
  }
}
