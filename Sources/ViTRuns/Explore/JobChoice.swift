internal import ViTArchitecture
internal import ViTSearch
internal import ViTTraining

/// How many trainings run at a time, by measurement: a small network may train faster alone on one core, beside
/// others, than spread over all of them. The results are the same either way.
struct JobChoice {
  let jobs: Int
  /// Images per second in all, by the number of trainings at a time.
  let imagesPerSecond: [Int: Double]

  /// Times some steps of a network of middling size for 1, 2, 4, … trainings at a time.
  ///
  /// - Parameters:
  ///   - threads: Threads in all; each training gets its share.
  ///   - most: Trainings that may run at a time, at most `threads`.
  ///   - seconds: Time for each alternative.
  init(for plan: StudyPlan, recipe: TrainingRecipe, threads: Int, most: Int, seconds: Double = 0.6) async throws {
    let members = plan.members.map(\.architecture).sorted { $0.multiplyAccumulates < $1.multiplyAccumulates }
    guard most > 1, plan.expectedTrials > 1, !members.isEmpty else {
      (jobs, imagesPerSecond) = (1, [:])
      return
    }
    let middle = members[members.count / 2]
    var alternatives: [Int] = []
    var next = 1
    while next < most {
      alternatives.append(next)
      next *= 2
    }
    alternatives.append(most)
    var rates: [Int: Double] = [:]
    for jobs in alternatives {
      rates[jobs] = try await withThrowingTaskGroup(of: Double.self) { group in
        for _ in 0..<jobs {
          group.addTask {
            try await OwnThread.run { JobChoice.rate(middle, recipe, threads: threads / jobs, seconds: seconds) }
          }
        }
        return try await group.reduce(0, +)
      }
    }
    imagesPerSecond = rates
    // Fewer trainings at a time finish sooner one by one, so more of them must be clearly faster.
    var best = 1
    for jobs in alternatives where (rates[jobs] ?? 0) > 1.03 * (rates[best] ?? 0) { best = jobs }
    jobs = best
  }

  /// Images per second of one training, from as many steps as fit into `seconds`.
  private static func rate(
    _ architecture: Architecture, _ recipe: TrainingRecipe, threads: Int, seconds: Double
  ) -> Double {
    let engine = TrainingEngine(
      weights: ModelWeights(architecture, seed: 0), batchSize: recipe.batchSize,
      terms: LossTerms(classHead: .init(targets: 1)), threads: threads)
    let batch = TrainingEngine.Batch(greyFor: architecture, count: recipe.batchSize)
    let settings = TrainingEngine.Update(learningRate: 0)
    _ = engine.step(batch, settings)
    let start = ContinuousClock.now
    var steps = 0
    var elapsed = 0.0
    while elapsed < seconds {
      _ = engine.step(batch, settings)
      steps += 1
      elapsed = (ContinuousClock.now - start) / .seconds(1)
    }
    return Double(steps * recipe.batchSize) / elapsed
  }
}
