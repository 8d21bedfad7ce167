package import ViTArchitecture
internal import ViTFiles
package import ViTLatency

/// All that a pruning run's result depends on, beside the dense model, the images and the predictor of latencies.
package struct PruningSettings: Hashable, Sendable, Codable {
  package var seed: UInt64 = 0
  package var targets: [ResolvedTarget]
  package var saliency = SaliencyKind.taylor
  /// Weight of the share of latency against the share of saliency; 0 leaves latency out.
  package var latencyWeight = PruningSettings.standardLatencyWeight
  package var groups: GroupSettings
  package var divisors: SaliencyDivisors
  /// Training steps from one removal to the next, over which saliencies are averaged.
  package var interval = 50
  /// Groups removed at a time, of whatever kinds.
  package var groupsPerStep = 4
  /// Weight of the intervals before in the moving average of saliencies; the paper's 0.9.
  package var averageDecay = 0.9
  /// Constant from the first step to the last.
  package var learningRate: Double
  /// Weight of the divergence from the dense model, beside the labels' cross entropy of weight 1.
  package var teacherWeight = 1.0
  /// Of that divergence; the paper's code prunes with 3.
  package var temperature = 3.0
  /// File of a second teacher, whose most likely class is learnt; absolute. Nil for none.
  package var hardTeacher: String?
  /// What the user said that the images of the second teacher and of the dense model are normalised by, where their
  /// files do not; nil where nothing was said.
  package var hardTeacherNormalization: WeightsFacts?
  package var denseNormalization: WeightsFacts?
  /// Share of the cross entropy that the second teacher takes, 0 to 1.
  package var hardWeight = 0.5
  /// The rest of the recipe: batches, augmentation, decay, clipping; its schedule and stochastic depth are not used.
  package var recipe: TrainingRecipe

  /// The default of `latencyWeight`, chosen by validation accuracy right after pruning search-spaces/deit-fashion.yaml
  /// once with each of 0, 0.05, 0.1 and 0.3: 0.1 is two to three points ahead of 0 at 0.2x, and one or two behind at
  /// the milder targets, which it reaches in about half the steps; 0.3 starves the embedding, whose channels save
  /// latency in every block.
  package static let standardLatencyWeight = 0.1
  /// The default learning rate as a share of the recipe's peak: pruning goes on from trained weights, and the paper
  /// prunes DeiT at a constant fifth of the rate that it is trained with (1e-4 and 5e-4, for 512 images).
  package static let learningRateShare = 0.2

  package init(
    targets: [ResolvedTarget], groups: GroupSettings, divisors: SaliencyDivisors, recipe: TrainingRecipe
  ) {
    self.targets = targets
    self.groups = groups
    self.divisors = divisors
    self.recipe = recipe
    learningRate = PruningSettings.learningRateShare * recipe.learningRate
  }

  private enum CodingKeys: String, SnakeCaseKey {
    case seed, targets, saliency, latencyWeight, groups, divisors, interval, groupsPerStep, averageDecay
    case learningRate, teacherWeight, temperature, hardTeacher, hardTeacherNormalization, denseNormalization
    case hardWeight, recipe
  }

  /// The first setting in which another run differs, with both values; nil if the settings are the same.
  package func difference(from other: PruningSettings) -> String? {
    for (own, theirs) in zip(described, other.described) where own.value != theirs.value {
      return "\(own.name) is \(own.value), the run was started with \(theirs.value)"
    }
    return self == other ? nil : "the dense model's recipe is not the one that the run was started with"
  }

  /// What the user can choose, by name.
  private var described: [(name: String, value: String)] {
    func spelled(_ values: [UnitKind: some CustomStringConvertible]) -> String {
      UnitKind.allCases.compactMap { kind in values[kind].map { "\(kind.rawValue)=\($0)" } }.joined(separator: " ")
    }
    return [
      ("the list of targets", targets.map(\.label).joined(separator: ",")),
      ("the list of targets in seconds", targets.map { "\($0.seconds)" }.joined(separator: ",")),
      ("the seed", "\(seed)"),
      ("the saliency", saliency.rawValue),
      ("the latency weight", "\(latencyWeight)"),
      ("the group size", spelled(groups.sizes)),
      ("the floor", spelled(groups.floors)),
      ("keeping multiples of 16", "\(groups.keepsMultiplesOf16)"),
      ("the divisor", spelled(divisors.values)),
      ("the interval", "\(interval)"),
      ("the number of groups per step", "\(groupsPerStep)"),
      ("the decay of the saliencies' average", "\(averageDecay)"),
      ("the learning rate", "\(learningRate)"),
      ("the teacher's weight", "\(teacherWeight)"),
      ("the temperature", "\(temperature)"),
      ("the hard teacher", hardTeacher ?? "none"),
      ("the hard teacher's mean and deviation", hardTeacherNormalization?.text ?? "the file's"),
      ("the dense model's mean and deviation", denseNormalization?.text ?? "the file's"),
    ]
  }
}
