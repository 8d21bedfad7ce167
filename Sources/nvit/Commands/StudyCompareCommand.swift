internal import ArgumentParser
internal import ViTReport
internal import ViTSearch
internal import ViTStorage

struct StudyCompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Compare the fronts of several studies.",
    discussion: """
      Shows how high their members stand over the latencies that all of them have, the best member of each at every \
      latency target that all of them have, and what each study warns of. Studies on other data, or measured on another \
      device, by another engine or under other conditions, are not comparable, and are refused.

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
