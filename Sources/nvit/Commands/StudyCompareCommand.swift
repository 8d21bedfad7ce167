internal import ArgumentParser
internal import ViTArchitecture
internal import ViTFiles
internal import ViTReport
internal import ViTSearch
internal import ViTStorage

struct StudyCompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Compare the fronts of several studies.",
    discussion: """
      Shows the areas that they dominate from a common reference point, and the best member of each at every latency \
      target that all of them have. Studies on other data or another device are not comparable, and are refused.

      Example:
        nvit study compare outputs/quickstart outputs/quickstart-nsga
      """)

  @Argument(help: "Study folders, or the databases in them.")
  var studies: [String]

  @Flag(help: "Print JSON.")
  var json = false

  func validate() throws {
    guard studies.count > 1 else {
      throw ValidationError("\(studies.count) study is named, expected two or more")
    }
  }

  func run() throws {
    let comparison = try StudyComparison(try studies.map(StudyCompareCommand.subject))
    if json { return try JSONOutput.print(comparison) }
    Console.print(ComparisonText.text(comparison))
  }

  private static func subject(_ path: String) throws -> StudyComparison.Subject {
    let location = try StudyLocation(path)
    let database = try location.open()
    guard let front = try database.front() else {
      throw SearchError(
        .noStudy, "the study in \(path) has no front yet; finish it with: nvit explore SPACE --resume")
    }
    let space = try SearchSpace(parsing: try database.documentText(), path: "\(location.folder)/space.yaml")
    let provenance = try database.provenance()
    return StudyComparison.Subject(
      label: location.folder, front: front, space: space, device: provenance.device,
      dataDigest: provenance.digests[.data])
  }
}
