internal import ArgumentParser
internal import Foundation
internal import ViTRuns

struct MineCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mine",
    abstract: "Find the rules that pruned dimensions follow, and write a search space around them.",
    discussion: """
      Each folder holds a family that `nvit prune` made; several are runs with different seeds from dense models of \
      one architecture, trained alike. For every kind of dimension the profile over the depth is chosen among those of \
      the rule language, with intervals from a bootstrap over runs and blocks, and its mean is tied to the embedding. \
      The document takes data set, recipe, latency settings and targets from the dense model's training, so that \
      `nvit explore` runs it as it stands.

      EXAMPLES
        nvit mine outputs/pruned --to search-spaces/mined-fashion.yaml
        nvit mine outputs/pruned-1 outputs/pruned-2 outputs/pruned-3 --to mined.yaml --picture mined.svg --json mined.json
      """)

  @Argument(help: "Folders that nvit prune made.", completion: .directory)
  var families: [String]

  @Option(help: "Where to write the search space.")
  var to: String

  @Option(help: "Targets to mine, separated by commas, such as 0.5x,0.35x (default: all).")
  var target: String?

  @Option(help: "Seed of the bootstrap and of the permutations.")
  var seed: UInt64 = 0

  @Option(help: "Replicates of the bootstrap.")
  var replicates = 1000

  @Flag(help: "Fix every number as fitted, but for the embedding, instead of opening it over its interval.")
  var fixed = false

  @Option(name: .customLong("json"), help: ArgumentHelp("Also write all findings as JSON.", valueName: "file"))
  var jsonFile: String?

  @Option(
    name: .customLong("picture"), help: ArgumentHelp("Also draw pruned against fitted, as SVG.", valueName: "file"))
  var pictureFile: String?

  @Flag(help: "Replace files that exist.")
  var overwrite = false

  func validate() throws {
    guard !families.isEmpty else { throw ValidationError("no folders, expected at least one that nvit prune made") }
    guard (20...100_000).contains(replicates) else {
      throw ValidationError("--replicates is \(replicates), expected 20 to 100000")
    }
    let files = [to, jsonFile, pictureFile].compactMap { $0.map { URL(fileURLWithPath: $0).standardizedFileURL.path } }
    guard Set(files).count == files.count else {
      throw ValidationError("--to, --json and --picture name one file twice, expected different files")
    }
  }

  func run() async throws {
    var settings = MineRun.Settings(families: families, to: to)
    settings.targets = target.map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) } ?? []
    settings.seed = seed
    settings.replicates = replicates
    settings.isFixed = fixed
    settings.findings = jsonFile
    settings.picture = pictureFile
    settings.overwrite = overwrite
    Console.print(try await RunDisplay.watch(blocking: MineRun(settings).run).text)
  }
}
