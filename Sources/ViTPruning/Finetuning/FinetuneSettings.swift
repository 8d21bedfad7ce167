internal import ViTArchitecture
internal import ViTTraining

/// How the members of a pruned family are trained on.
public struct FinetuneSettings: Hashable, Sendable, Codable {
  /// What a training begins with.
  public enum Kind: String, Hashable, Sendable, Codable {
    /// The weights that pruning left.
    case finetuned
    /// Fresh weights: says whether the weights matter or the shape.
    case scratch
  }

  public var kind: Kind
  public var epochs: Double
  /// Peak learning rate.
  public var learningRate: Double
  /// The model whose distribution is followed, as a file; nil when none is.
  public var teacher: String?
  /// Weight of T^2 KL(teacher || student), and T.
  public var teacherWeight: Double
  public var temperature: Double
  /// The file of weights or logits whose most likely class is learnt; nil when none is.
  public var hardTeacher: String?
  /// Share of the cross entropy that the hard teacher takes, 0 to 1.
  public var hardWeight: Double
  /// Held from the first step on; nil trains densely.
  public var sparsity: SparsityPattern?

  public init(
    kind: Kind, epochs: Double, learningRate: Double, teacher: String? = nil, teacherWeight: Double = 0,
    temperature: Double = 1, hardTeacher: String? = nil, hardWeight: Double = 0, sparsity: SparsityPattern? = nil
  ) {
    self.kind = kind
    self.epochs = epochs
    self.learningRate = learningRate
    self.teacher = teacher
    self.teacherWeight = teacherWeight
    self.temperature = temperature
    self.hardTeacher = hardTeacher
    self.hardWeight = hardWeight
    self.sparsity = sparsity
  }

  private enum CodingKeys: String, CodingKey {
    case kind, epochs
    case learningRate = "learning_rate"
    case teacher
    case teacherWeight = "teacher_weight"
    case temperature
    case hardTeacher = "hard_teacher"
    case hardWeight = "hard_weight"
    case sparsity
  }
}
