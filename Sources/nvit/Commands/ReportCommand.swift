internal import ArgumentParser
internal import ViTRuns

struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Write a page that shows what studies found; several studies go on one page.",
    discussion: """
      The page opens in a browser without network: the answers in words, the front, the history, the architectures over \
      the depth, the latency model's predictions, and a table of all members. The specifications of its charts lie \
      beside it, in charts/ or NAME-charts/, as Vega-Lite. Charts need the bundle that scripts/vega-bundle installs into \
      share/nvit; the folder that NVIT_SHARE names is looked in instead, where it is set. Studies share a page where data and machine \
      are the same.

      Examples:
        nvit report outputs/quickstart --overwrite
        nvit report outputs/quickstart outputs/fashion-mnist --to both.html
        nvit report outputs/old-study --recompute --overwrite
      """)

  @Argument(help: "Study folders.", completion: .directory)
  var studies: [String]

  @Option(
    help: "The page to write. (default: report.html in the study's folder)", completion: .file(extensions: ["html"]))
  var to: String?

  @Flag(help: "Replace the page if it exists.")
  var overwrite = false

  @Flag(
    help: "First work out the outcomes anew from trials, latencies and test accuracies, by this version's statistics.")
  var recompute = false

  func validate() throws {
    guard to != nil || studies.count == 1 else {
      throw ValidationError("\(studies.count) studies share no folder; name the page with --to FILE.html")
    }
    if let to, !to.hasSuffix(".html") {
      throw ValidationError("--to is \"\(to)\", expected the name of an .html file")
    }
  }

  func run() throws {
    var settings = ReportRun.Settings(studies: studies)
    settings.page = to
    settings.overwrite = overwrite
    settings.recompute = recompute
    Console.print("\(try ReportRun(settings).run())\n")
  }
}
