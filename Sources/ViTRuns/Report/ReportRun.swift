internal import ViTFiles
internal import ViTReport
internal import ViTSearch
internal import ViTStorage

/// Writes a page that shows what studies found.
package struct ReportRun: Sendable {
  package struct Settings: RunSettings, Hashable {
    /// The studies' folders, one or more.
    package var studies: [String]
    /// Nil for `report.html` in the first study's folder.
    package var page: String?
    package var overwrite = false
    /// Whether the studies' outcomes are worked out anew first, by the statistics of this version.
    package var recompute = false

    package init(studies: [String]) { self.studies = studies }
  }

  package let settings: Settings

  package init(_ settings: Settings) { self.settings = settings }

  /// - Returns: The page's path.
  /// - Throws: `SearchError` when a folder holds no finished study, or when the studies' data or machines differ, so that
  ///   they cannot share a page; `FileError` when a file in it is not what it should
  ///   be, the charts' bundle is not the one that is known, or the page exists.
  package func run() throws -> String {
    let path = settings.page ?? "\(settings.studies[0])/report.html"
    let folders = try ResultFile.prepare(path, overwrite: settings.overwrite)
    do {
      try write(to: path)
    } catch {
      folders.removeEmpty()
      throw error
    }
    return path
  }

  private func write(to path: String) throws {
    if settings.recompute { for study in settings.studies { try StudyRecomputation.run(study) } }
    let found = try settings.studies.map { try ReportedStudy(folder: $0) }
    let names = ReportedStudy.distinctNames(of: found)
    let fronts = found.map(\.front)
    let report = StudyReport(
      zip(found, names).map { $0.content(named: $1, among: fronts) }, fronts: fronts,
      comparison: try comparison(names), bundle: try VegaBundle.installed())
    try report.write(to: path)
  }

  /// Nil for a single study.
  private func comparison(_ names: [String]) throws -> StudyComparison? {
    guard settings.studies.count > 1 else { return nil }
    return try StudyComparison(
      zip(settings.studies, names).map { folder, name in
        var subject = try StudyComparison.Subject(reading: folder)
        subject.label = name
        return subject
      })
  }
}
