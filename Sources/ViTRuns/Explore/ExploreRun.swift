package import ViTSearch

/// Searches a space: brings the space, the engine, the latency model and the study together.
package struct ExploreRun: Sendable {
  package struct Settings: RunSettings, Hashable {
    /// The search-space document.
    package var space: String
    /// Nil for `outputs/` and the space's name.
    package var folder: String?
    package var budget = BudgetChanges()
    /// Of the engine; nil for the space's, or every core.
    package var threads: Int?
    /// Trainings at a time; nil for what a short measurement finds fastest.
    package var jobs: Int?
    /// A latency model or table to go by instead of measuring.
    package var latencyModel: String?
    /// Where the data set lies, instead of where the document says.
    package var data: String?
    package var existing = ExistingResults.keep

    package init(space: String) { self.space = space }
  }

  package struct Outcome: Sendable {
    package let front: FrontDocument
    /// The study's.
    package let folder: String
  }

  package let settings: Settings
  /// How the run was started, for the study's provenance.
  package let command: [String]

  /// - Parameter command: With the program's name; nil for the one that asks for the settings.
  package init(_ settings: Settings, command: [String]? = nil) {
    self.settings = settings
    self.command = command ?? ["nvit"] + settings.commandLine
  }

  // MARK: The ways to run

  /// What would be trained; nothing is written but the latency model, which the study then goes by.
  ///
  /// - Throws: What the document and the latency model throw; `SearchError` when no candidate is feasible;
  ///   `CancellationError` when the observer asks to stop.
  package func plan(_ observer: RunObserver = .none) async throws -> StudyPlan {
    try await Exploration(self, observer).prepare().plan
  }

  /// Starts the study, or goes on with it, to its end.
  ///
  /// - Throws: What the document, the data and the latency model throw; `FileError` and `SearchError` for a folder that
  ///   cannot be used; `UnfinishedRun` once the study has begun, `CancellationError` before.
  package func run(_ observer: RunObserver = .none) async throws -> Outcome {
    let exploration = try Exploration(self, observer)
    let front =
      settings.existing == .resume
      ? try await exploration.resume() : try await exploration.start(overwrite: settings.existing == .replace)
    return Outcome(front: front, folder: exploration.folderPath)
  }
}
