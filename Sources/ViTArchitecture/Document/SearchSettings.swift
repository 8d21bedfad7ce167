/// A latency that the front is traced at.
package enum LatencyTarget: Hashable, Sendable, Codable {
  /// Seconds for one batch.
  case seconds(Double)
  /// A multiple of a named baseline's latency; nil names the document's first baseline.
  case relative(Double, baseline: String?)
}

/// An architecture that candidates are compared with, trained under the same recipe and for as many seeds.
package struct Baseline: Hashable, Sendable {
  package var name: String
  package var architecture: Architecture

  package init(name: String, architecture: Architecture) {
    self.name = name
    self.architecture = architecture
  }
}

/// A hard constraint on candidates; a candidate outside `range` is never trained.
package struct Constraint: Hashable, Sendable {
  package enum Quantity: String, Hashable, Sendable, CaseIterable {
    case parameters
    case multiplyAccumulates = "macs"
    /// Predicted latency in seconds.
    case latency
    case embedding
    case depth
  }
  package var quantity: Quantity
  package var range: ClosedRange<Double>

  package init(quantity: Quantity, range: ClosedRange<Double>) {
    self.quantity = quantity
    self.range = range
  }
}

/// Where latencies come from.
package struct LatencySettings: Hashable, Sendable, Codable {
  package enum Source: Hashable, Sendable, Codable {
    /// Measured on this machine with nvit's engine.
    case measured
    /// A table or model file made by `nvit latency import` or `nvit latency measure`; relative to the document.
    case file(String)
  }
  package var source: Source = .measured
  /// Images per inference batch.
  package var batchSize: Int = 64
  /// Threads of the engine; nil uses every core.
  package var threads: Int?
  /// Wall-clock budget for the measurements that the model is fitted to, in seconds.
  package var budgetSeconds: Double = 30

  package init() {}
}

/// How much is spent on a study, and how candidates are drawn.
package struct SearchBudget: Hashable, Sendable, Codable {
  package enum Sampler: String, Hashable, Sendable, Codable, CaseIterable {
    /// Sobol points, scrambled by the seed.
    case sobol
    /// Independent uniform points.
    case random
    /// Generations by non-dominated rank and crowding.
    case nsga2 = "nsga-ii"
    /// Children of the best among the youngest trials.
    case regularizedEvolution = "regularised-evolution"
    /// Gaussian processes and the expected improvement of the hypervolume.
    case expectedHypervolume = "ehvi"

    /// Whether proposals depend on what earlier trials gave, so that they cannot all be drawn before the first training.
    package var learns: Bool { self != .sobol && self != .random }
  }
  package var seed: UInt64 = 0
  package var sampler: Sampler = .sobol
  /// Points drawn from the space before selection.
  package var draws: Int = 4096
  /// Candidates that each latency target ends with.
  package var candidatesPerTarget: Int = 4
  /// Candidates that each latency target begins with; nil for as many as it ends with.
  package var startCandidatesPerTarget: Int?
  /// Where candidates are compared and the best go on, as shares of the recipe's steps: ascending, the last being 1.
  package var rungs: [Double] = [1]
  /// At each rung one in so many candidates goes on, rounded up.
  package var halvingFactor: Double = 3
  /// In how many rounds candidates are proposed; more than one for a sampler that learns from those before.
  package var rounds: Int = 1
  /// Random candidates for each target that are trained to the end whatever their rank, to check the rungs.
  package var audit: Int = 0
  /// Whether random search is given as much training as the search, to compare with.
  package var randomSearch = false
  /// Trainings that are reported of each winner and of each baseline, with seeds that nothing was chosen by.
  package var seeds: Int = 3
  /// Up to how many seeds the members of an undecided comparison get; nil for no more than `seeds`.
  package var maxSeeds: Int?
  /// A candidate serves a target when its predicted latency is between this share of it and the target itself.
  package var tolerance: Double = 0.1

  package init() {}
}
