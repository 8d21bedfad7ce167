public import ViTArchitecture

/// What a training minimises: a weighted sum of terms on the class head and the distillation head.
public struct LossTerms: Hashable, Sendable {
  /// The terms on one head's logits.
  public struct Head: Hashable, Sendable {
    /// Weight of the cross entropy with the (soft) targets.
    public var targets: Double = 0
    /// Weight of the cross entropy with the teacher's most likely class.
    public var teacherClass: Double = 0
    /// Weight of T^2 KL(teacher || student) with both distributions at temperature T.
    public var teacherDistribution: Double = 0

    public init(targets: Double = 0, teacherClass: Double = 0, teacherDistribution: Double = 0) {
      self.targets = targets
      self.teacherClass = teacherClass
      self.teacherDistribution = teacherDistribution
    }

    package var isUsed: Bool { targets != 0 || teacherClass != 0 || teacherDistribution != 0 }
    var needsTeacher: Bool { teacherClass != 0 || teacherDistribution != 0 }
  }

  public var classHead: Head
  /// Ignored by models without a distillation token.
  public var distillationHead: Head
  public var temperature: Double

  public init(classHead: Head, distillationHead: Head = Head(), temperature: Double = 1) {
    self.classHead = classHead
    self.distillationHead = distillationHead
    self.temperature = temperature
  }

  /// The terms that a recipe asks for.
  ///
  /// The teacher speaks to the distillation head where there is one (DeiT), else to the class head. Without a
  /// teacher both heads learn from the targets, because inference averages them.
  public init(_ recipe: TrainingRecipe, hasDistillationToken: Bool) {
    guard let distillation = recipe.distillation else {
      let share = hasDistillationToken ? 0.5 : 1
      self.init(classHead: Head(targets: share), distillationHead: Head(targets: hasDistillationToken ? share : 0))
      return
    }
    var taught = Head()
    switch distillation.kind {
    case .hard: taught.teacherClass = distillation.weight
    case .soft: taught.teacherDistribution = distillation.weight
    }
    let own = 1 - distillation.weight
    if hasDistillationToken {
      self.init(
        classHead: Head(targets: own), distillationHead: taught, temperature: distillation.temperature)
    } else {
      taught.targets = own
      self.init(classHead: taught, temperature: distillation.temperature)
    }
  }

  /// NViT's full-model loss: each head follows the teacher's head of the same kind.
  public static func fullModel(temperature: Double) -> LossTerms {
    LossTerms(
      classHead: Head(teacherDistribution: 1), distillationHead: Head(teacherDistribution: 1), temperature: temperature)
  }

  func head(_ index: Int) -> Head { index == 0 ? classHead : distillationHead }
  public var needsTeacher: Bool { classHead.needsTeacher || distillationHead.needsTeacher }
}
