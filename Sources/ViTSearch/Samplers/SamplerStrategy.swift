package import ViTArchitecture

extension SearchBudget.Sampler {
  /// The sampler that a document's `search.sampler` names, with its usual settings.
  package var strategy: any Sampler {
    switch self {
    case .sobol: SobolSampler()
    case .random: RandomSampler()
    case .nsga2: NSGA2Sampler()
    case .regularizedEvolution: RegularizedEvolutionSampler()
    case .expectedHypervolume: ExpectedHypervolumeSampler()
    }
  }
}
