package import ViTNumerics

extension ReportContent {
  /// How far a part of the search had come after one of its trials.
  package struct HistorySample: Hashable, Sendable {
    /// Which part, such as "candidates" or "random search".
    package var arm: String
    /// Finished trials, this one included; 0 for the start.
    package var trial: Int
    /// Training time spent until then, added up over the trainings.
    package var seconds: Double
    /// A mean height in the objective's unit; see `FrontArea`.
    package var hypervolume: Double

    package init(arm: String, trial: Int, seconds: Double, hypervolume: Double) {
      self.arm = arm
      self.trial = trial
      self.seconds = seconds
      self.hypervolume = hypervolume
    }
  }

  /// Trainings by rungs of growing budget, and whether early rungs rank as late ones do.
  package struct RungAudit: Hashable, Sendable {
    package var trials: [RungTrial]
    /// For each pair of rungs that was compared.
    package var agreements: [RungAgreement]

    package init(trials: [RungTrial], agreements: [RungAgreement]) {
      self.trials = trials
      self.agreements = agreements
    }
  }

  /// One training that climbed the rungs.
  package struct RungTrial: Hashable, Sendable {
    package var name: String
    /// Whether it was trained on whatever its rank, to check the ranking.
    package var isAudit: Bool
    /// From the first rung on.
    package var rungs: [Rung]

    package init(name: String, isAudit: Bool, rungs: [Rung]) {
      self.name = name
      self.isAudit = isAudit
      self.rungs = rungs
    }
  }

  package struct Rung: Hashable, Sendable {
    /// Images seen in training until then.
    package var samplesSeen: Int
    package var accuracy: Double

    package init(samplesSeen: Int, accuracy: Double) {
      self.samplesSeen = samplesSeen
      self.accuracy = accuracy
    }
  }

  /// Kendall's tau between the rankings of two rungs.
  package struct RungAgreement: Hashable, Sendable {
    /// Images seen at the two rungs.
    package var earlierSamples: Int
    package var laterSamples: Int
    package var tau: Estimate
    /// Members compared.
    package var count: Int

    package init(earlierSamples: Int, laterSamples: Int, tau: Estimate, count: Int) {
      self.earlierSamples = earlierSamples
      self.laterSamples = laterSamples
      self.tau = tau
      self.count = count
    }
  }
}
