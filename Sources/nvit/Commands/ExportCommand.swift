internal import ArgumentParser
internal import ViTNumerics
internal import ViTRuns
internal import ViTSearch

struct ExportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Copy configurations and weights of a study's front.",
    discussion: """
      For a target, the members of the front that were chosen for it are copied; if all of those are dominated, the \
      best member that is no slower than the target.

      Examples:
        nvit export outputs/quickstart --target 0.55x --to models
        nvit export outputs/quickstart --target all --to models --json
      """)

  @Argument(help: "The study folder.", completion: .directory)
  var study: String

  @Option(help: "A latency target of the study, such as 0.5x or 12ms, or all for the whole front.")
  var target: String

  @Option(help: "The folder to copy to.", completion: .directory)
  var to: String

  @Flag(help: "Replace files that exist.")
  var overwrite = false

  @Flag(help: "Print what was copied as JSON.")
  var json = false

  func run() async throws {
    var settings = ExportRun.Settings(study: study, target: target, to: to)
    settings.overwrite = overwrite
    let items = try ExportRun(settings).run()
    if json { return try JSONOutput.print(items) }
    for item in items {
      let accuracy = item.validationAccuracy.map { ", validation \(ReadableNumber.percent($0))%" } ?? ""
      Console.print("\(item.name): \(ReadableNumber.latency(item.latencySeconds))\(accuracy)\n  \(item.config)\n")
      if let weights = item.weights { Console.print("  \(weights)\n") }
    }
  }
}
