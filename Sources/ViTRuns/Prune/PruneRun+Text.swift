package import ViTReport

extension PruneRun.Outcome {
  /// Model by model.
  ///
  /// - Parameter folder: The run's.
  package func table(folder: String) -> PruningTable {
    PruningTable(family, seconds: seconds, summary: summary, folder: folder)
  }

  /// For people.
  package func text(folder: String) -> String { table(folder: folder).text(isResumed: isResumed) }
}
