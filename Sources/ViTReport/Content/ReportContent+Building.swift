package import ViTArchitecture
package import ViTFiles
internal import ViTLatency
internal import ViTNumerics
package import ViTSearch

extension ReportContent {
  /// Puts together what a finished study can tell.
  ///
  /// - Parameters:
  ///   - plan: Nil where it is not known; the history is left out then.
  ///   - records: The finished trials, in the order they finished.
  ///   - space: The document the study ran with; nil leaves data set and recipe out.
  ///   - study: What to call the study; nil takes its name.
  package init(
    _ front: FrontDocument, plan: StudyPlan?, records: [TrialRecord], provenance: Provenance?,
    space: SearchSpace? = nil, study: String? = nil
  ) {
    let points = front.entries.map(Point.init)
    let baselines = points.filter { $0.role == .baseline }
    let family = baselines.allSatisfy { $0.name.lowercased().hasPrefix("deit") } ? "DeiT" : "baselines"
    self.init(
      study: study ?? front.study, objective: front.objective, baselineFamily: family,
      answers: front.answers.isEmpty ? ReportContent.answers(front, family: family) : front.answers,
      warnings: ReportContent.warnings(front),
      provenance: ReportContent.facts(front, plan, provenance, space),
      latencyConditions: front.entries.lazy.compactMap(\.measuredLatency).first?.conditions, targets: front.targets,
      points: points, history: plan == nil ? [] : StudyHistory(front, records, family: family).samples,
      rungs: ReportContent.rungs(front, records),
      latencyChecks: points.compactMap { point in
        guard let predicted = point.predictedLatency, let measured = point.measuredLatency else { return nil }
        return LatencyCheck(name: point.name, role: point.role, predicted: predicted.value, measured: measured)
      },
      profiles: ReportContent.profiles(front))
  }

  // MARK: Rungs

  /// The trainings that climbed the rungs, and how well earlier ones rank; nil for a study with a single rung.
  private static func rungs(_ front: FrontDocument, _ records: [TrialRecord]) -> RungAudit? {
    guard front.rungs.count > 1 else { return nil }
    let samples = front.rungs.indices.map { rung in
      records.first { $0.identifier.rung == rung && $0.outcome.state == .completed }?.outcome.samplesSeen
    }
    let trials = front.trajectories.compactMap { trajectory -> RungTrial? in
      let rungs = zip(samples, trajectory.accuracies).compactMap { samples, accuracy -> Rung? in
        guard let samples, let accuracy else { return nil }
        return Rung(samplesSeen: samples, accuracy: accuracy)
      }
      guard !rungs.isEmpty else { return nil }
      return RungTrial(
        name: trajectory.name, role: Role(trajectory.role), isAudit: trajectory.isAudited, rungs: rungs)
    }
    let agreements = (front.audit?.rungs ?? []).enumerated().compactMap { index, rung -> RungAgreement? in
      guard let agreement = rung.agreement, index < samples.count, let earlier = samples[index],
        let later = samples.last ?? nil
      else { return nil }
      return RungAgreement(
        earlierSamples: earlier, laterSamples: later,
        tau: Estimate(agreement.tau, lower: agreement.lower, upper: agreement.upper, count: front.audit?.count))
    }
    return trials.isEmpty ? nil : RungAudit(trials: trials, agreements: agreements)
  }

  // MARK: Profiles

  /// The best candidate for each target, and every baseline.
  private static func profiles(_ front: FrontDocument) -> [Profile] {
    var chosen: [FrontEntry] = []
    for target in front.targets {
      let candidates = front.members(serving: target).filter { $0.role == .candidate }
      guard let best = candidates.max(by: { $0.value(front.objective) < $1.value(front.objective) }),
        !chosen.contains(where: { $0.digest == best.digest })
      else { continue }
      chosen.append(best)
    }
    guard !chosen.isEmpty else { return [] }
    return (chosen + front.entries.filter { $0.role == .baseline }).map {
      Profile(name: $0.name, role: Role($0.role), architecture: $0.architecture)
    }
  }

  // MARK: Provenance

  /// Such as "16384 points drawn; search: 108 candidates, 28 whole trainings; 13 members with 5 to 8 seeds each".
  private static func budget(_ front: FrontDocument, _ plan: StudyPlan) -> String {
    var parts = ["\(plan.drawing.drawn) points drawn"]
    parts += front.arms.map { arm in
      let name = arm.name == .search ? "search" : "random search"
      return "\(name): \(arm.candidates) candidates, \(ReadableNumber.significant(arm.trainings)) whole trainings"
    }
    let seeds = front.entries.compactMap { $0.validation?.trials.count }
    if let fewest = seeds.min(), let most = seeds.max() {
      let range = fewest == most ? "\(most)" : "\(fewest) to \(most)"
      parts.append("\(seeds.count) members with \(range) seeds each")
    }
    return parts.joined(separator: "; ")
  }

  private static func facts(
    _ front: FrontDocument, _ plan: StudyPlan?, _ provenance: Provenance?, _ space: SearchSpace?
  ) -> [Fact] {
    var facts: [Fact] = []
    if let provenance {
      facts.append(Fact("Device", provenance.device))
      facts.append(Fact("Version", "nvit \(provenance.version)"))
      if let first = provenance.runs.first, let last = provenance.runs.last {
        facts.append(Fact("Date", last.finished ?? first.started))
      }
      facts.append(Fact("Seed", "\(provenance.seed)"))
    }
    if let dataset = space?.dataset {
      facts.append(
        Fact(
          "Data set",
          "\(dataset.path), format \(dataset.format.rawValue), \(dataset.validationCount) images for validation"))
    }
    if let recipe = space?.recipe, front.objective == .validationAccuracy {
      let number = ReadableNumber.significant
      var text =
        "\(number(recipe.epochs)) epochs in batches of \(recipe.batchSize), AdamW with a learning rate of "
        + "\(number(recipe.learningRate)) and weight decay \(number(recipe.weightDecay))"
      if recipe.distillation != nil { text += ", distilled from a teacher" }
      facts.append(Fact("Recipe", text))
    }
    if let plan, plan.trains {
      facts.append(Fact("Budget", budget(front, plan)))
    }
    facts.append(Fact("Latency model", front.latencySource))
    if let conditions = front.entries.lazy.compactMap(\.measuredLatency).first?.conditions {
      facts.append(
        Fact(
          "Latency measured",
          "batch of \(conditions.batchSize), \(conditions.threads) threads, \(conditions.precision), "
            + "\(conditions.engine), \(conditions.date)"))
    }
    return facts
  }
}

extension ReportContent.Role {
  init(_ role: MemberRole) {
    self =
      switch role {
      case .baseline: .baseline
      case .candidate: .candidate
      case .randomSearch: .random
      }
  }
}

extension ReportContent.Point {
  fileprivate init(_ entry: FrontEntry) {
    let predicted = entry.predictedLatency
    self.init(
      name: entry.name, role: ReportContent.Role(entry.role), isOnFront: entry.isOnFront, targets: entry.targets,
      predictedLatency: predicted.uncertaintySeconds > 0
        ? .init(
          predicted.seconds, lower: max(predicted.seconds - predicted.uncertaintySeconds, 0),
          upper: predicted.seconds + predicted.uncertaintySeconds) : .init(predicted.seconds),
      measuredLatency: entry.measuredLatency.map {
        .init($0.seconds, lower: $0.lowerSeconds, upper: $0.upperSeconds, count: $0.repetitions)
      },
      accuracy: entry.validation.map(ReportContent.Estimate.init),
      testAccuracy: entry.test.map(ReportContent.Estimate.init), architecture: entry.architecture,
      values: entry.values, probabilityAboveBaselines: entry.probabilityAboveBaselines)
  }
}

extension ReportContent.Estimate {
  init(_ accuracy: AccuracySummary) {
    self.init(
      accuracy.mean, lower: accuracy.halfWidth.map { max(accuracy.mean - $0, 0) },
      upper: accuracy.halfWidth.map { min(accuracy.mean + $0, 1) }, count: accuracy.trials.count)
  }
}
