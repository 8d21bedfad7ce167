internal import ViTArchitecture
internal import ViTFiles
package import ViTSearch

extension StudyComparison.Subject {
  /// Reads what is compared of a finished study.
  ///
  /// - Parameter path: The study's folder, or the database in it.
  /// - Throws: `SearchError` when there is no study, or it has no front yet; what reading its files throws.
  package init(reading path: String) throws {
    let location = try StudyLocation(path)
    let database = try location.open()
    guard let front = try database.front() else {
      throw SearchError(
        .noStudy,
        "the study in \(path) has no front yet; finish it with: nvit explore SPACE --to \(ShellWord.quoted(location.folder)) --resume"
      )
    }
    let space = try SearchSpace(parsing: try database.documentText(), path: "\(location.folder)/space.yaml")
    let provenance = try database.provenance()
    self.init(
      label: location.folder, front: front, space: space, device: provenance.device,
      dataDigest: provenance.digests[.data])
  }
}
