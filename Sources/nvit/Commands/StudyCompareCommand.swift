internal import ArgumentParser
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
    let comparison = try StudyComparison(try studies.map { try StudyComparison.Subject(reading: $0) })
    if json { return try JSONOutput.print(comparison) }
    Console.print(ComparisonText.text(comparison))
  }
}
