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
  ///   - fronts: Of all studies on the page; nil for this one alone.
  package init(
    _ front: FrontDocument, plan: StudyPlan?, records: [TrialRecord], provenance: Provenance?,
    space: SearchSpace? = nil, study: String? = nil, among fronts: [FrontDocument]? = nil
  ) {
    self.init(
      front, study: study ?? front.study, provenance: ReportContent.facts(front, plan, provenance, space),
      rungs: ReportContent.rungs(front, records))
    if plan != nil {
      history = StudyHistory(front, records, family: baselineFamily, among: fronts ?? [front]).samples
    }
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
      return RungTrial(name: trajectory.name, isAudit: trajectory.isAudited, rungs: rungs)
    }
    let agreements = (front.audit?.rungs ?? []).enumerated().compactMap { index, rung -> RungAgreement? in
      guard let agreement = rung.agreement, index < samples.count, let earlier = samples[index],
        let later = samples.last ?? nil
      else { return nil }
      return RungAgreement(
        earlierSamples: earlier, laterSamples: later, tau: agreement.tau, count: front.audit?.count ?? 0)
    }
    return trials.isEmpty ? nil : RungAudit(trials: trials, agreements: agreements)
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
