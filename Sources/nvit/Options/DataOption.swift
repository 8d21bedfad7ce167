internal import ArgumentParser

/// `--data`, for every command that trains.
struct DataOption: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "Where the data set lies, if not where the document or the dense model says; a run goes on with equal data only.",
      valueName: "folder"),
    completion: .directory)
  var data: String?
}
