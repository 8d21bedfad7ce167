internal import Foundation
internal import ViTArchitecture
internal import ViTData
internal import ViTFiles
internal import ViTLatency
internal import ViTMeasuring
internal import ViTNumerics
internal import ViTPruning

/// Carries out a chain: the steps that are not done yet, then the table and the picture.
struct PaperRun {
  let plan: PaperPlan
  let source: ModelSource
  let threads: Int

  func run() throws {
    try makeFolder(plan.folder)
    Interruption.install()
    let model = try latencyModel()
    for target in plan.targets { try writeDeiT(of: target, model) }
    try runSteps()

    // Only now: a process hands its peak memory down to those that it starts.
    let data = try Dataset(source.dataset, relativeTo: source.folder)
    let meter = DeviceLatencyMeter(batchSize: source.latency.batchSize, threads: threads)
    let collection = PaperCollection(
      plan: plan, name: source.name, data: data, predictor: model, meter: meter, threads: threads)
    let paper = try collection.document(steps: try records())
    let table = PaperTable.markdown(paper)
    try AtomicFile.write(table, to: plan.path("paper.md"))
    try AtomicFile.write(PaperTable.picture(paper), to: plan.path("accuracy.svg"))
    try AtomicFile.write(try JSONDocument.text(paper, named: "paper.json"), to: plan.path("paper.json"))
    Console.print(table)
    Console.note("results: \(plan.folder) (paper.md, paper.json, accuracy.svg, dimensions.svg, mined.yaml)")
  }

  // MARK: Steps

  private func runSteps() throws {
    let steps = plan.steps
    let finished = Set(try records().map(\.name))
    let isDone = { (step: PaperStep) in
      finished.contains(step.name) && FileManager.default.fileExists(atPath: plan.path(step.product))
    }
    var left = steps.filter { !isDone($0) }.reduce(0) { $0 + $1.weight }
    var (worked, spent) = (0.0, 0.0)
    for (index, step) in steps.enumerated() where !isDone(step) {
      guard !Interruption.isRequested else { throw CancellationError() }
      // Before the first step is done, nothing is known of this machine's speed.
      let remaining = worked > 0 ? ", about \(ReadableNumber.clock(left * spent / worked)) left" : ""
      Console.note(
        "[\(index + 1)/\(steps.count)\(remaining)] \(step.name)\n  nvit \(step.arguments.joined(separator: " "))")
      // What an earlier run left half-done is done again; commands that can go on do so.
      try makeFolder(plan.path("log"))
      let log = plan.path("log/\(index + 1).txt")
      let ending = try ChildProcess.run(step.arguments + [try resumption(of: step)], outputPath: log)
      guard ending.status == 0 else {
        guard ending.status != ExitStatus.interrupted.rawValue else {
          throw CancellationError()
        }
        throw ChildProcessError(command: step.arguments, reason: "ended with exit code \(ending.status)")
      }
      try append(
        PaperStepRecord(
          name: step.name, command: "nvit " + step.arguments.joined(separator: " "), seconds: ending.seconds,
          peakMemoryBytes: ending.peakMemoryBytes))
      worked += step.weight
      spent += ending.seconds
      left -= step.weight
    }
  }

  /// `--resume` where the command was stopped in the middle and can go on, else `--overwrite`.
  private func resumption(of step: PaperStep) throws -> String {
    let folder = plan.path(step.product).split(separator: "/", omittingEmptySubsequences: false).dropLast()
      .joined(separator: "/")
    return step.resumableFiles.contains { FileManager.default.fileExists(atPath: "\(folder)/\($0)") }
      ? "--resume" : "--overwrite"
  }

  private func records() throws -> [PaperStepRecord] {
    let path = plan.path("steps.json")
    guard FileManager.default.fileExists(atPath: path) else { return [] }
    return try JSONDocument.read([PaperStepRecord].self, path: path)
  }

  private func append(_ record: PaperStepRecord) throws {
    let all = try records().filter { $0.name != record.name } + [record]
    try AtomicFile.write(try JSONDocument.text(all, named: "steps.json"), to: plan.path("steps.json"))
  }

  private func makeFolder(_ path: String) throws(FileError) {
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw FileError(.cannotCreate, path: path, reason: error.localizedDescription)
    }
  }

  // MARK: Latencies

  /// The model that everything in the chain is pruned by: measured once, of random prunings of the dense model.
  private func latencyModel() throws -> LatencyModel {
    let path = plan.path("latency-model.json")
    if FileManager.default.fileExists(atPath: path) {
      guard case .model(let model) = try LatencyFile(contentsOf: path), model.conditions.device == Device.name else {
        throw FileError(
          .malformed, path: path, reason: "it holds no latency model of this device; remove it to measure anew")
      }
      try model.require(batchSize: source.latency.batchSize, threads: threads)
      return model
    }
    let bar = ProgressBar("measuring")
    let dense = source.architecture
    let meter = DeviceLatencyMeter(batchSize: source.latency.batchSize, threads: threads)
    let model = try LatencyModelling(meter: meter).model(
      for: GroupSettings(for: dense).members(of: dense), budgetSeconds: source.latency.budgetSeconds,
      progress: bar.report)
    try LatencyFile.model(model).write(to: path)
    bar.finish("latency model of \(model.measurements.count) measured prunings")
    return model
  }

  // MARK: DeiT of equal latency

  /// Writes the uniform network whose predicted latency is closest to the target's.
  private func writeDeiT(of target: String, _ model: LatencyModel) throws {
    let dense = source.architecture
    let seconds: Double
    switch LatencyTarget(target) {
    case .seconds(let value): seconds = value
    case .relative(let share, _): seconds = share * (try model.predict(dense).seconds)
    case nil: return
    }
    let family = UniformFamily(like: dense)
    let members = try family.members.map { ($0, abs(try model.predict($0).seconds - seconds)) }
    guard let closest = members.min(by: { $0.1 < $1.1 })?.0 else { return }
    try makeFolder(plan.path(plan.deit(target)))
    try AtomicFile.write(closest.canonicalJSON + "\n", to: plan.path(plan.deitFile(target)))
  }
}
