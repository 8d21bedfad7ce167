internal import ArgumentParser
internal import ViTReport
internal import ViTStorage

struct TrialsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "trials",
    abstract: "List the trainings of a study.",
    discussion: """
      Works while the search goes on. Trainings that have not finished come last.

      Examples:
        nvit trials outputs/quickstart --sort accuracy --limit 10
        nvit trials outputs/quickstart --csv > trials.csv
      """)

  @Argument(help: "The study folder, or the database in it.")
  var study: String

  @Option(
    help: ArgumentHelp("What comes first: \(TrialListing.Order.allCases.map(\.rawValue).joined(separator: ", "))."))
  var sort = TrialListing.Order.finished

  @Option(help: "How many to list.")
  var limit: Int?

  @Flag(help: "Print comma-separated values with every digit.")
  var csv = false

  @Flag(help: "Print JSON.")
  var json = false

  func validate() throws {
    if let limit, limit < 1 { throw ValidationError("--limit is \(limit), expected 1 or more") }
    if csv && json { throw ValidationError("--csv cannot be combined with --json") }
  }

  func run() throws {
    let listing = try TrialListing(StudyLocation(study).open(), order: sort, limit: limit)
    if json { return try JSONOutput.print(listing.rows) }
    Console.print(csv ? listing.csv : listing.table)
  }
}

extension TrialListing.Order: ExpressibleByArgument {}
