internal import ViTArchitecture
internal import ViTSearch

/// A problem as a sampler's worker reads it.
struct SamplerStatement: Decodable {
  var axes: [Axis]
  var objectives: Int
  var seed: UInt64
  var sampler: SearchBudget.Sampler
  /// Of the evolutionary samplers.
  var population: Int?

  func problem() throws(WorkerError) -> SamplingProblem {
    guard (1...16).contains(objectives) else {
      throw WorkerError(.badValue, "objectives is \(objectives), expected 1 to 16.")
    }
    var domains: [Domain] = []
    for axis in axes { domains.append(try axis.domain()) }
    return SamplingProblem(axes: domains, seed: seed, objectiveCount: objectives)
  }

  func strategy() throws(WorkerError) -> any Sampler {
    guard let population else { return sampler.strategy }
    guard (2...100_000).contains(population) else {
      throw WorkerError(.badValue, "population is \(population), expected 2 to 100000.")
    }
    switch sampler.strategy {
    case var sampler as NSGA2Sampler:
      sampler.populationSize = population
      return sampler
    case var sampler as RegularizedEvolutionSampler:
      sampler.populationSize = population
      return sampler
    case let sampler: return sampler
    }
  }

  struct Axis: Decodable {
    var choices: [Double]?
    var from: Double?
    var through: Double?
    var step: Double?
    var log: Bool?

    func domain() throws(WorkerError) -> Domain {
      if let choices, !choices.isEmpty { return .choices(choices) }
      guard let from, let through, from <= through, !(log ?? false) || from > 0 else {
        throw WorkerError(
          .badValue, "an axis has neither choices nor a range; expected one, above 0 if it is logarithmic.")
      }
      guard let step else { return .continuous(from: from, through: through, logarithmic: log ?? false) }
      let count = ((through - from) / step).rounded(.down) + 1
      guard step > 0, count < 0x1p31 else {
        throw WorkerError(.badValue, "an axis has the step \(step), expected above 0.")
      }
      return .stepped(from: from, step: step, count: Int(count), logarithmic: log ?? false)
    }
  }
}
