internal import Foundation
package import ViTFiles
package import ViTSearch

/// The report of one or several studies: a page that opens offline, and the specifications of its charts.
package struct StudyReport: Sendable {
  private let page: String
  private let charts: [ReportChart]

  /// - Parameters:
  ///   - studies: With different names.
  ///   - fronts: The studies' fronts, for still pictures where charts cannot be drawn.
  ///   - comparison: Of several studies, which says how they compare; such studies have been found comparable.
  ///   - bundle: Draws the charts; without it, the page has the answers, the pictures and the table.
  package init(
    _ studies: [ReportContent], fronts: [FrontDocument], comparison: StudyComparison? = nil, bundle: VegaBundle?
  ) {
    charts = ReportChart.all(studies)
    page =
      ReportPage(
        studies: studies, charts: charts, pictures: fronts.map(FrontPicture.svg), comparison: comparison,
        bundle: bundle
      ).text
  }

  /// Every file's text by its name beside the page's; the page's own name is `name`.
  ///
  /// The specifications of `report.html` lie in the folder `charts`, those of another page `x.html` in `x-charts`.
  package func files(name: String = "report.html") -> [String: String] {
    let folder = StudyReport.chartFolder(of: name)
    var files = [name: page]
    for chart in charts { files["\(folder)/\(chart.name).vl.json"] = chart.specification.readableText }
    return files
  }

  static func chartFolder(of name: String) -> String {
    name == "report.html" ? "charts" : (name as NSString).deletingPathExtension + "-charts"
  }

  /// Writes the page to `path` and the specifications beside it, the page last. Specifications of an earlier page of
  /// that name that this one does not have are removed.
  ///
  /// - Throws: `FileError`; the page is then what it was before.
  package func write(to path: String) throws(FileError) {
    let url = URL(fileURLWithPath: path)
    let folder = url.deletingLastPathComponent().path
    let name = url.lastPathComponent
    let chartFolder = "\(folder)/\(StudyReport.chartFolder(of: name))"
    let files = files(name: name)
    let folders = try NewFolders(at: chartFolder)
    do throws(FileError) {
      for (file, text) in files.sorted(by: { $0.key < $1.key }) where file != name {
        try AtomicFile.write(text, to: "\(folder)/\(file)")
      }
      try AtomicFile.write(page, to: path)
    } catch {
      folders.removeEmpty()
      throw error
    }
    for chart in ReportChart.names where !charts.contains(where: { $0.name == chart }) {
      unlink("\(chartFolder)/\(chart).vl.json")
    }
  }
}
