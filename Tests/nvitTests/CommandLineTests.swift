import Testing
import ViTPruning
import ViTRuns

/// The command lines that runs' settings give, such as those that say how to go on.
@Suite struct `The program understands the command lines of settings` {
  /// With every option set; the files that they name do not exist.
  private static let settings: [any RunSettings] = {
    var explore = ExploreRun.Settings(space: "none.yaml")
    explore.folder = "none"
    (explore.threads, explore.jobs, explore.latencyModel, explore.existing) = (2, 3, "none.json", .resume)
    explore.budget.seed = 1
    (explore.budget.draws, explore.budget.startCandidates, explore.budget.candidates) = (64, 6, 5)
    (explore.budget.seeds, explore.budget.maxSeeds, explore.budget.randomSearch) = (2, 3, false)
    var train = TrainRun.Settings(source: "none.json")
    (train.recipe, train.folder, train.seed, train.epochs) = ("none.yaml", "-none", 1, 0.5)
    (train.threads, train.existing) = (2, .replace)
    var baseline = TrainRun.Settings(source: "none.yaml")
    baseline.baseline = "base"
    var units = UnitOptions()
    units.groupSizes = [.embedding: 4, .queryKey: 4]
    units.floors = [.heads: 2, .mlpHidden: 8]
    units.divisors = [.value: 0.5]
    units.keepsMultiplesOf16 = true
    var prune = PruneRun.Settings(dense: "none", targets: ["0.5x", "2ms"], to: "out")
    (prune.units, prune.saliency, prune.latencyWeight) = (units, .hessian, 0)
    (prune.interval, prune.groupsPerStep, prune.learningRate) = (5, 6, 1e-5)
    (prune.teacherWeight, prune.temperature, prune.hardTeacher) = (0.5, 2, "none.safetensors")
    (prune.seed, prune.latencyModel, prune.threads, prune.existing) = (7, "none.json", 2, .resume)
    var audit = AuditRun.Settings(dense: "none", to: "out.json")
    (audit.units, audit.images, audit.batches, audit.seed) = (units, 16, 2, 1)
    (audit.threads, audit.overwrite) = (2, true)
    var finetune = FinetuneRun.Settings(family: "none", to: "out")
    (finetune.targets, finetune.epochs, finetune.learningRate) = (["0.5x", "0.3x"], 1.5, 1e-5)
    (finetune.seed, finetune.seeds, finetune.teacherWeight) = (1, 2, 0)
    (finetune.temperature, finetune.hardTeacher, finetune.sparsity) = (2, "none.safetensors", .twoOfFour)
    (finetune.threads, finetune.existing) = (2, .resume)
    var scratch = FinetuneRun.Settings(family: "none", to: "out")
    scratch.isFromScratch = true
    var mine = MineRun.Settings(families: ["none", "nowhere"], to: "out.yaml")
    (mine.targets, mine.seed, mine.replicates, mine.isFixed) = (["0.5x"], 1, 50, true)
    (mine.findings, mine.picture, mine.overwrite) = ("out.json", "out.svg", true)
    var paper = PaperRun.Settings(space: "none.yaml", to: "out")
    (paper.targets, paper.seeds, paper.finetuneEpochs) = (["0.6x", "0.4x"], 2, 0.5)
    (paper.ablationTarget, paper.ablationEpochs, paper.threads) = ("0.6x", 0.25, 1)
    var export = ExportRun.Settings(study: "none", target: "0.5x", to: "out")
    export.overwrite = true
    var report = ReportRun.Settings(studies: ["none"])
    (report.page, report.overwrite) = ("out.html", true)
    return [explore, train, baseline, prune, audit, finetune, scratch, mine, paper, export, report]
  }()

  @Test(arguments: settings.indices) func `to the last option`(index: Int) throws {
    let line = Self.settings[index].commandLine
    let run = try BuiltCommand.run(line)
    // What they name is missing, but nothing is wrong with the arguments; see `ExitStatus`.
    #expect(run.status == 66, "\(line): \(run.errors)")
  }
}
