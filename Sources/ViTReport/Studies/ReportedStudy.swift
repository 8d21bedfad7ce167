internal import Foundation
internal import ViTArchitecture
internal import ViTFiles
package import ViTSearch
internal import ViTStorage

/// A finished study as its folder holds it, read without changing anything.
package struct ReportedStudy {
  package let folder: String
  package let front: FrontDocument
  private let plan: StudyPlan?
  private let records: [TrialRecord]
  private let provenance: Provenance?
  private let space: SearchSpace?

  /// - Throws: `SearchError` when there is no study in the folder or it has no front yet; `FileError` or
  ///   `DocumentError` when a file in it is not what it should be. Only `pareto.json` has to be there.
  package init(folder: String) throws {
    func has(_ name: String) -> Bool { FileManager.default.fileExists(atPath: "\(folder)/\(name)") }
    self.folder = folder
    front = try StudyExport.front(of: folder)
    let location = has("study.sqlite") ? try StudyLocation(folder) : nil
    let database = try location?.open()
    plan = try database?.plan()
    provenance = try database?.provenance()
    records = try database?.records() ?? []
    space = has("space.yaml") ? try SearchSpace(contentsOf: "\(folder)/space.yaml") : nil
  }

  /// - Parameters:
  ///   - name: What the report calls the study.
  ///   - fronts: Of all studies on the page.
  package func content(named name: String, among fronts: [FrontDocument]) -> ReportContent {
    ReportContent(
      front, plan: plan, records: records, provenance: provenance, space: space, study: name, among: fronts)
  }

  /// The studies' own names; where two have the same, with their folders.
  package static func distinctNames(of studies: [ReportedStudy]) -> [String] {
    let own = studies.map(\.front.study)
    let withFolders = studies.map { study in
      "\(study.front.study) (\(URL(fileURLWithPath: study.folder).lastPathComponent))"
    }
    let withPaths = studies.map { "\($0.front.study) (\($0.folder))" }
    return [own, withFolders].first { Set($0).count == $0.count }
      ?? withPaths.enumerated().map { index, name in
        withPaths.firstIndex(of: name) == index ? name : "\(name), again"
      }
  }
}
