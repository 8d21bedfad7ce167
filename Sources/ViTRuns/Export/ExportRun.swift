package import ViTSearch

/// Copies configurations and weights of a study's front.
package struct ExportRun: Sendable {
  package struct Settings: RunSettings, Hashable {
    /// The study's folder.
    package var study: String
    /// A target of the study, such as "0.5x" or "12ms", or "all" for the whole front.
    package var target: String
    /// The folder to copy to.
    package var folder: String
    package var overwrite = false

    package init(study: String, target: String, to folder: String) {
      self.study = study
      self.target = target
      self.folder = folder
    }
  }

  package let settings: Settings

  package init(_ settings: Settings) { self.settings = settings }

  /// - Returns: What was copied, by ascending latency.
  /// - Throws: `SearchError` when the study has no front yet, no such target, or no member for it; `FileError` when
  ///   something cannot be read or written, or already exists.
  package func run() throws -> [StudyExport.Item] {
    try StudyExport.export(
      study: settings.study, target: settings.target, to: settings.folder, overwrite: settings.overwrite)
  }
}
