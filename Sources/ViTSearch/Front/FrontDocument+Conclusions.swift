internal import ViTLatency
internal import ViTNumerics

/// What the accuracies of a front amount to: comparisons, hypervolume, and the sentences on both.
extension FrontDocument {
  /// Compares the members as they stand, and says what was found. To be repeated when an accuracy changes, such as when
  /// the test images have been looked at.
  mutating func conclude(_ outcome: StudyOutcome) {
    comparisons = []
    hypervolume = nil
    if objective == .validationAccuracy {
      let members = ComparedMembers(entries, images: images)
      seedDeviation = members.deviation.map {
        SeedDeviation(
          value: $0.standardDeviation, degreesOfFreedom: $0.degreesOfFreedom, members: $0.samples,
          homogeneity: $0.homogeneity)
      }
      compareWithBaselines(members)
      comparisons = outcome.comparisons(self, members)
      var volume = Hypervolume(self)
      volume?.compare(self, members)
      hypervolume = volume
      correctForAll()
    } else {
      hypervolume = Hypervolume(self)
    }
    answers = FrontAnswers.lines(self)
    warnings = FrontAnswers.warnings(self)
  }

  private mutating func compareWithBaselines(_ members: ComparedMembers) {
    let baselines = entries.filter { $0.role == .baseline }.compactMap { members.index($0.digest) }
    for index in entries.indices {
      guard entries[index].role != .baseline, let own = members.index(entries[index].digest),
        let contrast = members.fromBaselines(own, baselines), let finding = members.finding(contrast)
      else {
        (entries[index].fromBaselines, entries[index].probabilityAboveBaselines) = (nil, nil)
        continue
      }
      entries[index].fromBaselines = Difference(
        finding.estimate, probability: finding.probability, seeds: finding.seeds, test: members.test(contrast))
      entries[index].probabilityAboveBaselines = finding.probability
    }
  }

  /// Holm's correction over everything that the study compares: each member with the baselines, the winners with random
  /// search's, and the hypervolumes. A comparison that several sentences or tables show counts once.
  private mutating func correctForAll() {
    var probabilities = entries.compactMap(\.fromBaselines?.probability)
    probabilities += comparisons.compactMap(\.fromRandom?.probability)
    probabilities += [hypervolume?.aboveBaselines, hypervolume?.aboveRandomSearch].compactMap { $0?.probability }
    comparisonCount = probabilities.count
    var corrected = HolmCorrection.corrected(probabilities.map { 2 * min($0, 1 - $0) })[...]
    func next(_ probability: Double) -> Double {
      let half = (corrected.popFirst() ?? 1) / 2
      return probability > 0.5 ? 1 - half : half
    }
    for index in entries.indices {
      guard let probability = entries[index].fromBaselines?.probability else { continue }
      entries[index].fromBaselines?.corrected = next(probability)
    }
    for index in comparisons.indices {
      comparisons[index].fromBaselines = entry(named: comparisons[index].winner)?.fromBaselines
      guard let probability = comparisons[index].fromRandom?.probability else { continue }
      comparisons[index].fromRandom?.corrected = next(probability)
    }
    if let above = hypervolume?.aboveBaselines { hypervolume?.aboveBaselines?.corrected = next(above.probability) }
    if let above = hypervolume?.aboveRandomSearch {
      hypervolume?.aboveRandomSearch?.corrected = next(above.probability)
    }
  }
}
