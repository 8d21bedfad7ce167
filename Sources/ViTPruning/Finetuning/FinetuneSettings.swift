package import ViTArchitecture
internal import ViTFiles

/// How the members of a pruned family are trained on.
package struct FinetuneSettings: Hashable, Sendable, Codable {
  /// What a training begins with.
  package enum Kind: String, Hashable, Sendable, Codable {
    /// The weights that pruning left.
    case finetuned
    /// Fresh weights: says whether the weights matter or the shape.
    case scratch
  }

  package var kind: Kind
  package var epochs: Double
  /// Peak learning rate.
  package var learningRate: Double
  /// The model whose distribution is followed, as a file; nil when none is.
  package var teacher: String?
  /// Weight of T^2 KL(teacher || student), and T.
  package var teacherWeight = 0.0
  package var temperature = 1.0
  /// The file of weights or logits whose most likely class is learnt; nil when none is.
  package var hardTeacher: String?
  /// What the user said that its images are normalised by, where its file does not; nil where nothing was said.
  package var hardTeacherNormalization: WeightsFacts?
  /// Share of the cross entropy that the hard teacher takes, 0 to 1.
  package var hardWeight = 0.0
  /// Held from the first step on; nil trains densely.
  package var sparsity: SparsityPattern?

  /// Without teachers.
  package init(kind: Kind, epochs: Double, learningRate: Double, sparsity: SparsityPattern? = nil) {
    self.kind = kind
    self.epochs = epochs
    self.learningRate = learningRate
    self.sparsity = sparsity
  }

  /// Whether two settings are the same.
  ///
  /// - Parameter wherever: Whether it does not matter where teachers lie, since their digests are compared.
  package func isSame(as other: FinetuneSettings, wherever: Bool) -> Bool {
    var (own, others) = (self, other)
    if wherever {
      own.changePaths { _ in "" }
      others.changePaths { _ in "" }
    }
    return own == others
  }

  package mutating func changePaths(_ change: (String) -> String) {
    teacher = teacher.map(change)
    hardTeacher = hardTeacher.map(change)
  }

  private enum CodingKeys: String, SnakeCaseKey {
    case kind, epochs, learningRate, teacher, teacherWeight, temperature, hardTeacher, hardTeacherNormalization
    case hardWeight, sparsity
  }
}
