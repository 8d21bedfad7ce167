package import ViTArchitecture
package import ViTKernels

/// What a training minimises: a weighted sum of terms on the class head and the distillation head.
package struct LossTerms: Hashable, Sendable {
  /// The terms on one head's logits.
  package struct Head: Hashable, Sendable {
    /// Weight of the cross entropy with the (soft) targets.
    package var targets: Double = 0
    /// Weight of the cross entropy with the teacher's most likely class.
    package var teacherClass: Double = 0
    /// Weight of T^2 KL(teacher || student) with both distributions at temperature T.
    package var teacherDistribution: Double = 0

    package init(targets: Double = 0, teacherClass: Double = 0, teacherDistribution: Double = 0) {
      self.targets = targets
      self.teacherClass = teacherClass
      self.teacherDistribution = teacherDistribution
    }

    package var isUsed: Bool { targets != 0 || teacherClass != 0 || teacherDistribution != 0 }
  }

  package var classHead: Head
  /// Ignored by models without a distillation token.
  package var distillationHead: Head
  package var temperature: Double

  package init(classHead: Head, distillationHead: Head = Head(), temperature: Double = 1) {
    self.classHead = classHead
    self.distillationHead = distillationHead
    self.temperature = temperature
  }

  /// The terms that a recipe asks for.
  ///
  /// The teacher speaks to the distillation head where there is one (DeiT), else to the class head. Without a
  /// teacher both heads learn from the targets, because inference averages them.
  package init(_ recipe: TrainingRecipe, hasDistillationToken: Bool) {
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
  package static func fullModel(temperature: Double) -> LossTerms {
    LossTerms(
      classHead: Head(teacherDistribution: 1), distillationHead: Head(teacherDistribution: 1), temperature: temperature)
  }

  /// NViT's loss: cross entropy with the labels, the class of a hard teacher, and the distribution of the dense model.
  ///
  /// With a distillation token the hard teacher speaks to its head, and each head follows the dense model's head of the
  /// same kind; what the heads share is averaged over them, so that weights mean the same with and without a token.
  ///
  /// - Parameters:
  ///   - hardWeight: Share of the cross entropy that the hard teacher takes, 0 to 1.
  ///   - fullModelWeight: Weight of T^2 KL(dense || student).
  /// - Source: Yang et al., CVPR 2023, section 3.4; the weight is theirs divided by T^2.
  package init(hardWeight: Double, fullModelWeight: Double, temperature: Double, hasDistillationToken: Bool) {
    guard hasDistillationToken else {
      self.init(
        classHead: Head(
          targets: 1 - hardWeight, teacherClass: hardWeight, teacherDistribution: fullModelWeight),
        temperature: temperature)
      return
    }
    var own = Head(targets: 1 - hardWeight, teacherDistribution: fullModelWeight / 2)
    var taught = Head(teacherClass: hardWeight, teacherDistribution: fullModelWeight / 2)
    if hardWeight == 0 {
      own.targets = 0.5
      taught.targets = 0.5
    }
    self.init(classHead: own, distillationHead: taught, temperature: temperature)
  }

  /// The loss on one head's logits.
  ///
  /// - Parameter batch: Number of images that loss and gradient are the mean over.
  package func loss(head index: Int, batch: Int) -> LogitLoss {
    let head = head(index)
    return LogitLoss(
      targets: head.targets, teacherClass: head.teacherClass, teacherDistribution: head.teacherDistribution,
      temperature: temperature, batch: batch)
  }

  func head(_ index: Int) -> Head { index == 0 ? classHead : distillationHead }
  /// Whether a teacher's most likely class is compared with.
  var needsClass: Bool { classHead.teacherClass != 0 || distillationHead.teacherClass != 0 }
  /// Whether a teacher's distribution is compared with.
  var needsDistribution: Bool { classHead.teacherDistribution != 0 || distillationHead.teacherDistribution != 0 }
  /// Whether each head follows the teacher's head of the same kind, if there is one.
  var followsBothHeads: Bool { classHead.teacherDistribution != 0 && distillationHead.teacherDistribution != 0 }
  package var needsTeacher: Bool { needsClass || needsDistribution }
}
