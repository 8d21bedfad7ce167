package import ViTFiles
package import ViTSearch

/// Studies that train in no time.
package enum FakeStudy {
  /// Carries out what is left of a plan.
  package static func run(
    _ plan: StudyPlan, store: any TrialStore = MemoryTrialStore(), evaluator: FakeEvaluator = FakeEvaluator(),
    measuring: FakeMeasuring? = FakeMeasuring(), progress: @escaping @Sendable (StudyProgress) -> Bool = { _ in true }
  ) async throws -> FrontDocument {
    try await Study(plan: plan, store: store, evaluator: evaluator, measuring: measuring).run(progress: progress)
  }

  /// Where the fake studies come from.
  package static func provenance(documentText: String = "") -> Provenance {
    Provenance(
      kind: "explore", version: "1", name: "two-blocks", seed: 5, device: "test", libraries: ["GSL": "2"],
      digests: InputDigests([.space: documentText]))
  }
}
