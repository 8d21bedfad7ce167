internal import ViTFiles
internal import ViTReport

/// Writes a page that shows what studies found.
package struct ReportRun: Sendable {
  package struct Settings: RunSettings, Hashable {
    /// The studies' folders, one or more.
    package var studies: [String]
    /// Nil for `report.html` in the first study's folder.
    package var page: String?
    package var overwrite = false

    package init(studies: [String]) { self.studies = studies }
  }

  package let settings: Settings

  package init(_ settings: Settings) { self.settings = settings }

  /// - Returns: The page's path.
  /// - Throws: `SearchError` when a folder holds no finished study; `FileError` when a file in it is not what it should
  ///   be, the charts' bundle is not the one that is known, or the page exists.
  package func run() throws -> String {
    let path = settings.page ?? "\(settings.studies[0])/report.html"
    let found = try settings.studies.map { try ReportedStudy(folder: $0) }
    let names = ReportedStudy.distinctNames(of: found)
    let report = StudyReport(
      zip(found, names).map { $0.content(named: $1) }, fronts: found.map(\.front), bundle: try VegaBundle.installed())
    let folders = try ResultFile.prepare(path, overwrite: settings.overwrite)
    do {
      try report.write(to: path)
    } catch {
      folders.removeEmpty()
      throw error
    }
    return path
  }
}
