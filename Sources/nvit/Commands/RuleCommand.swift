internal import ArgumentParser

struct RuleCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rule",
    abstract: "Show, solve and check scaling rules and search spaces.",
    discussion: """
      A scaling rule says how heads and widths of a vision transformer follow from its embedding width and from the \
      place of a block. Numbers that it leaves open make it a search space.

      EXAMPLE
        nvit rule show search-spaces/revit-official.yaml --at embedding=384
      """,
    subcommands: [RuleShowCommand.self, RuleSolveCommand.self, RuleCheckCommand.self])
}
