internal import ViTArchitecture
internal import ViTPruning

extension TrainRun.Settings {
  package var commandLine: [String] {
    var line = CommandLineBuilder("train", [source])
    line.add("--recipe", recipe)
    line.add("--baseline", baseline)
    line.add("--seed", seed, usually: 0)
    line.add("--epochs", epochs)
    line.add("--to", folder)
    line.add("--threads", threads)
    line.add("--data", data)
    line.add(existing)
    return line.arguments
  }
}

extension PruneRun.Settings {
  package var commandLine: [String] {
    let usual = PruneRun.Settings(dense: dense, targets: targets, to: folder)
    var line = CommandLineBuilder("prune", [dense])
    line.add("--latency", targets.joined(separator: ","))
    if saliency != usual.saliency { line.add("--saliency", saliency.rawValue) }
    line.add("--seed", seed, usually: usual.seed)
    line.add("--latency-model", latencyModel)
    line.add("--to", folder)
    line.add(units)
    line.add("--latency-weight", latencyWeight, usually: usual.latencyWeight)
    line.add("--interval", interval, usually: usual.interval)
    line.add("--groups-per-step", groupsPerStep, usually: usual.groupsPerStep)
    line.add("--learning-rate", learningRate)
    line.add("--teacher-weight", teacherWeight, usually: usual.teacherWeight)
    line.add("--temperature", temperature, usually: usual.temperature)
    line.add("--hard-teacher", hardTeacher)
    line.add(hardTeacherFacts, "hard-teacher-")
    line.add("--threads", threads)
    line.add("--data", data)
    line.add(facts)
    line.add(existing)
    return line.arguments
  }
}

extension AuditRun.Settings {
  package var commandLine: [String] {
    let usual = AuditRun.Settings(dense: dense, to: file)
    var line = CommandLineBuilder("prune", [dense])
    line.add("--audit", if: true)
    line.add("--to", file)
    line.add(units)
    line.add("--audit-images", images, usually: usual.images)
    line.add("--audit-batches", batches, usually: usual.batches)
    line.add("--seed", seed, usually: usual.seed)
    line.add("--threads", threads)
    line.add("--data", data)
    line.add(facts)
    line.add("--overwrite", if: overwrite)
    return line.arguments
  }
}

extension FinetuneRun.Settings {
  package var commandLine: [String] {
    let usual = FinetuneRun.Settings(family: family, to: folder)
    var line = CommandLineBuilder("finetune", [family])
    line.add("--scratch", if: isFromScratch)
    line.add("--sparsity", sparsity?.rawValue)
    line.add("--target", targets.isEmpty ? nil : targets.joined(separator: ","))
    line.add("--epochs", epochs)
    line.add("--learning-rate", learningRate)
    line.add("--seed", seed, usually: usual.seed)
    line.add("--seeds", seeds, usually: usual.seeds)
    line.add("--teacher-weight", teacherWeight)
    line.add("--temperature", temperature, usually: usual.temperature)
    line.add("--hard-teacher", hardTeacher)
    line.add(hardTeacherFacts, "hard-teacher-")
    line.add("--to", folder)
    line.add("--threads", threads)
    line.add("--dense", dense)
    line.add("--data", data)
    line.add(existing)
    return line.arguments
  }
}

extension MineRun.Settings {
  package var commandLine: [String] {
    let usual = MineRun.Settings(families: families, to: file)
    var line = CommandLineBuilder("mine", families)
    line.add("--to", file)
    line.add("--target", targets.isEmpty ? nil : targets.joined(separator: ","))
    line.add("--seed", seed, usually: usual.seed)
    line.add("--replicates", replicates, usually: usual.replicates)
    line.add("--fixed", if: isFixed)
    line.add("--picture", picture)
    line.add("--json", findings)
    line.add("--overwrite", if: overwrite)
    return line.arguments
  }
}

extension PaperRun.Settings {
  package var commandLine: [String] {
    let usual = PaperRun.Settings(space: space, to: folder)
    var line = CommandLineBuilder("paper", [space])
    line.add("--to", folder)
    if targets != usual.targets { line.add("--latency", targets.joined(separator: ",")) }
    line.add("--seeds", seeds, usually: usual.seeds)
    line.add("--finetune-epochs", finetuneEpochs)
    line.add("--ablation-target", ablationTarget)
    line.add("--ablation-epochs", ablationEpochs)
    line.add("--threads", threads)
    return line.arguments
  }
}

extension CommandLineBuilder {
  /// - Parameter prefix: Of the options' names, such as "hard-teacher-".
  fileprivate mutating func add(_ facts: WeightsFacts, _ prefix: String = "") {
    add("--\(prefix)architecture", facts.architecture)
    add("--\(prefix)mean", facts.mean.map { $0.map { "\($0)" }.joined(separator: ",") })
    add("--\(prefix)deviation", facts.deviation.map { $0.map { "\($0)" }.joined(separator: ",") })
  }

  fileprivate mutating func add(_ units: UnitOptions) {
    for kind in UnitKind.allCases {
      add("--group-size", units.groupSizes[kind].map { "\(kind.rawValue)=\($0)" })
      add("--floor", units.floors[kind].map { "\(kind.rawValue)=\($0)" })
      add("--divisor", units.divisors[kind].map { "\(kind.rawValue)=\($0)" })
    }
    add("--divisible-by-16", if: units.keepsMultiplesOf16)
  }
}
