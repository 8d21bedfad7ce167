extension ExploreRun.Settings {
  package var commandLine: [String] {
    var line = CommandLineBuilder("explore", [space])
    line.add("--to", folder)
    line.add("--threads", threads)
    line.add("--jobs", jobs)
    line.add("--seed", budget.seed)
    for number in budget.numbers { line.add(number.option, number.value) }
    if let isCompared = budget.randomSearch {
      line.add(isCompared ? "--random-search" : "--no-random-search", if: true)
    }
    line.add("--latency-model", latencyModel)
    line.add("--data", data)
    line.add(existing)
    return line.arguments
  }
}

extension ExportRun.Settings {
  package var commandLine: [String] {
    var line = CommandLineBuilder("export", [study])
    line.add("--target", target)
    line.add("--to", folder)
    line.add("--overwrite", if: overwrite)
    return line.arguments
  }
}

extension ReportRun.Settings {
  package var commandLine: [String] {
    var line = CommandLineBuilder("report", studies)
    line.add("--to", page)
    line.add("--overwrite", if: overwrite)
    return line.arguments
  }
}
