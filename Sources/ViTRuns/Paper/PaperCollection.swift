internal import ViTArchitecture
internal import ViTData
internal import ViTFiles
internal import ViTLatency
internal import ViTMeasuring
internal import ViTPruning
internal import ViTTraining

/// Reads what the steps left, scores every model on the test images, and measures every shape.
struct PaperCollection {
  let plan: PaperPlan
  let name: String
  let data: Dataset
  let predictor: any LatencyPredictor
  let meter: DeviceLatencyMeter
  let threads: Int
  let observer: RunObserver
  private let tested = Count()

  /// Models scored so far.
  private final class Count { var models = 0 }

  func document(steps: [PaperStepRecord]) throws -> PaperDocument {
    let families = try plan.seeds.map { try family(plan.pruned($0)) }
    let dense = families.first?.dense.architecture
    guard let dense else { throw FileError(.notFound, path: plan.folder, reason: "there is no pruned family in it") }
    let deits = try plan.targets.map {
      try Architecture(contentsOf: plan.path(plan.deitFile($0)))
    }
    let shapes = [dense] + families.flatMap { $0.snapshots.map(\.model.architecture) } + deits
    let measured = try measure(shapes)

    let targets = try plan.targets.enumerated().map { index, target in
      let snapshots = try families.map { try snapshot(target, of: $0) }
      let pruned = try zip(plan.seeds, snapshots).map { seed, snapshot in
        try testAccuracy(of: snapshot.model, in: plan.pruned(seed))
      }
      func finished(_ folder: (UInt64) -> String) throws -> PaperDocument.Spread {
        .init(try plan.seeds.map { try testAccuracy(try finetunedFile(folder($0), target, $0)) })
      }
      return PaperDocument.Target(
        target: target,
        pruned: try model(snapshots.map(\.model.architecture), measured, accuracies: pruned),
        finetuned: try finished(plan.finetuned), scratch: try finished(plan.scratch),
        deit: try model(
          [deits[index]], measured,
          accuracies: try plan.seeds.map { try testAccuracy(plan.deit(target, $0) + "/weights.safetensors") }))
    }
    return PaperDocument(
      name: name, seeds: plan.seeds, epochs: plan.epochs, finetuneEpochs: plan.finetuneEpochs,
      ablationEpochs: plan.ablationEpochs, device: Device.name,
      dense: try model(
        [dense], measured,
        accuracies: try plan.seeds.map { try testAccuracy(plan.dense($0) + "/weights.safetensors") }),
      targets: targets, ablationTarget: plan.ablationTarget, ablation: try ablation(), sparse: try sparse(families),
      steps: steps)
  }

  // MARK: Reading

  private func family(_ folder: String) throws -> PrunedFamily {
    try PrunedFamily.read(folder: plan.path(folder))
  }

  private func snapshot(_ target: String, of family: PrunedFamily) throws -> PrunedFamily.Snapshot {
    guard let snapshot = family.snapshots.first(where: { $0.target == target }) else {
      throw FileError(
        .malformed, path: plan.folder,
        reason:
          "a family has no snapshot of \(target); it has \(family.snapshots.map(\.target).joined(separator: ", "))")
    }
    return snapshot
  }

  private func testAccuracy(of model: PrunedFamily.Model, in folder: String) throws -> Double {
    try testAccuracy(atPath: model.weightsPath(in: plan.path(folder)))
  }

  /// The weights that `nvit finetune` kept, relative to the paper's folder.
  private func finetunedFile(_ folder: String, _ target: String, _ seed: UInt64) throws -> String {
    let document = try FinetunedFamily.read(inFolder: plan.path(folder))
    guard let model = document.models.first(where: { $0.target == target && $0.seed == seed }) else {
      throw FileError(
        .malformed, path: plan.path(folder), reason: "there is no finetuned model of \(target) with seed \(seed)")
    }
    return folder + "/" + model.weightsFile
  }

  private func testAccuracy(_ file: String) throws -> Double { try testAccuracy(atPath: plan.path(file)) }

  /// Top-1 accuracy on the test images of the weights in a file.
  private func testAccuracy(atPath path: String) throws -> Double {
    // The dense models, four of each target, two of each of six criteria, and the sparse ones.
    let total = plan.seeds.count * (4 * plan.targets.count + 4 * PaperPlan.criteria.count + 2)
    let progress = RunProgress(activity: "testing", fraction: Double(tested.models) / Double(total))
    guard observer.report(progress) else { throw CancellationError() }
    tested.models += 1
    let checkpoint = try Checkpoint(contentsOf: path)
    return Evaluation(
      of: checkpoint.weights, on: data.test, normalization: checkpoint.normalization ?? data.normalization,
      threads: threads
    ).accuracy
  }

  // MARK: Parts

  private func measure(_ shapes: [Architecture]) throws -> [Architecture: Double] {
    var seen: Set<Architecture> = []
    let distinct = shapes.filter { seen.insert($0).inserted }
    let records = try meter.measure(
      distinct, budgetSeconds: 1.5 * Double(distinct.count), progress: observer.fractions(of: "measuring"))
    observer.finished("measured \(distinct.count) models")
    return Dictionary(zip(distinct, records.map(\.seconds))) { first, _ in first }
  }

  private func model(
    _ architectures: [Architecture], _ measured: [Architecture: Double], accuracies: [Double]
  ) throws -> PaperDocument.Model {
    PaperDocument.Model(
      architectures: architectures, parameters: .init(architectures.map { Double($0.parameterCount) }),
      multiplyAccumulates: .init(architectures.map { Double($0.multiplyAccumulates) }),
      predictedLatency: .init(try architectures.map { try predictor.predict($0).seconds }),
      measuredLatency: .init(architectures.compactMap { measured[$0] }), accuracy: .init(accuracies))
  }

  private func ablation() throws -> [PaperDocument.Criterion] {
    try PaperPlan.criteria.flatMap { saliency in
      try [true, false].map { usesLatency in
        let folder = plan.ablation(saliency, usesLatency: usesLatency)
        let snapshots = try plan.seeds.map { seed in
          (seed, try snapshot(plan.ablationTarget, of: try family("\(folder)/seed\(seed)")).model)
        }
        return PaperDocument.Criterion(
          saliency: saliency.rawValue, usesLatency: usesLatency,
          predictedLatency: .init(snapshots.map(\.1.predictedLatency.seconds)),
          multiplyAccumulates: .init(snapshots.map { Double($0.1.architecture.multiplyAccumulates) }),
          pruned: .init(try snapshots.map { try testAccuracy(of: $0.1, in: "\(folder)/seed\($0.0)") }),
          finetuned: .init(
            try plan.seeds.map {
              try testAccuracy(try finetunedFile("\(folder)/finetuned-seed\($0)", plan.ablationTarget, $0))
            }))
      }
    }
  }

  private func sparse(_ families: [PrunedFamily]) throws -> [PaperDocument.Sparse] {
    var accuracies: [Double] = []
    var left: [Double] = []
    for seed in plan.seeds {
      let file = try finetunedFile(plan.sparse(seed), plan.ablationTarget, seed)
      accuracies.append(try testAccuracy(file))
      let weights = try Checkpoint(contentsOf: plan.path(file)).weights
      left.append(
        Double(weights.table.entries.reduce(0) { $0 + (weights.values(of: $1.name) ?? []).count { $0 != 0 } }))
    }
    return [
      PaperDocument.Sparse(
        target: plan.ablationTarget,
        parameters: .init(
          try families.map { Double(try snapshot(plan.ablationTarget, of: $0).model.architecture.parameterCount) }),
        nonZeroParameters: .init(left), accuracy: .init(accuracies))
    ]
  }
}
