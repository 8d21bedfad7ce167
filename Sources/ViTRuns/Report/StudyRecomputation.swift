internal import ViTArchitecture
internal import ViTFiles
internal import ViTLatency
internal import ViTReport
internal import ViTSearch
internal import ViTStorage

/// Works out the outcome of a finished study anew, by the statistics of this version, from what its folder holds:
/// trials, measured latencies and test accuracies. Nothing is trained, measured or tested.
enum StudyRecomputation {
  /// Replaces the outcome's files, and adds the outcome to the database, where the earlier ones stay.
  ///
  /// - Throws: `SearchError` when there is no study in the folder, or it has no front yet; `FileError` when another run
  ///   is at work on it, or a file is not what it should be.
  static func run(_ path: String) throws {
    let location = try StudyLocation(path)
    // Read first: a database that cannot be read is to be refused before anything is written.
    let text = try location.open().documentText()
    let folder = try StudyFolder(resuming: location.folder, documentText: text)
    let database = folder.database
    guard let old = try database.front() else {
      throw SearchError(
        .noStudy, "the study in \(path) has no front yet; finish it with: nvit explore SPACE --resume")
    }
    let space = try SearchSpace(parsing: text, path: "\(location.folder)/space.yaml")
    let outcome = StudyOutcome(
      try database.plan(), members: try database.members(), records: try database.records())
    let front = FrontDocument(
      outcome, measured: values(old) { $0.measuredLatency }, images: old.images ?? images(old, space),
      tests: values(old) { $0.test })
    try folder.finish(
      front, renderings: ["pareto.csv": FrontCSV.text(front), "front.svg": FrontPicture.svg(front)])
  }

  private static func values<Value>(
    _ front: FrontDocument, _ value: (FrontEntry) -> Value?
  ) -> [String: Value] {
    Dictionary(front.entries.compactMap { entry in value(entry).map { (entry.digest, $0) } }) { first, _ in first }
  }

  /// What an older version did not note: the images for validation as the document says, and the fewest test images
  /// that all accuracies can be shares of.
  private static func images(_ front: FrontDocument, _ space: SearchSpace) -> ImageCounts? {
    guard let validation = space.dataset?.validationCount else { return nil }
    let tested = front.entries.flatMap { $0.test?.trials.map(\.accuracy) ?? [] }
    return ImageCounts(validation: validation, test: ImageCounts.fewest(tested) ?? 0)
  }
}
