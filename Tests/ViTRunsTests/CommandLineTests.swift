import Testing
import ViTPruning
import ViTRuns

/// The program's own tests see to it that it understands these.
@Suite struct `The command line of settings` {
  @Test func `leaves out what has its usual value`() {
    #expect(ExploreRun.Settings(space: "s.yaml").commandLine == ["explore", "s.yaml"])
    #expect(TrainRun.Settings(source: "s.yaml").commandLine == ["train", "s.yaml"])
    #expect(
      PruneRun.Settings(dense: "d", targets: ["0.5x", "2ms"], to: "p").commandLine
        == ["prune", "d", "--latency", "0.5x,2ms", "--to", "p"])
    #expect(AuditRun.Settings(dense: "d", to: "a.json").commandLine == ["prune", "d", "--audit", "--to", "a.json"])
    #expect(FinetuneRun.Settings(family: "p", to: "f").commandLine == ["finetune", "p", "--to", "f"])
    #expect(MineRun.Settings(families: ["a", "b"], to: "m.yaml").commandLine == ["mine", "a", "b", "--to", "m.yaml"])
    #expect(PaperRun.Settings(space: "s.yaml", to: "p").commandLine == ["paper", "s.yaml", "--to", "p"])
    #expect(
      ExportRun.Settings(study: "s", target: "all", to: "m").commandLine == [
        "export", "s", "--target", "all", "--to", "m",
      ])
    #expect(ReportRun.Settings(studies: ["a", "b"]).commandLine == ["report", "a", "b"])
  }

  @Test func `names what differs`() {
    var prune = PruneRun.Settings(dense: "d", targets: ["0.5x"], to: "p")
    prune.saliency = .random
    prune.units.groupSizes = [.embedding: 4, .queryKey: 2]
    prune.units.divisors = [.heads: 0.5]
    prune.latencyWeight = 0
    prune.existing = .resume
    #expect(
      prune.commandLine.dropFirst(4) == [
        "--saliency", "random", "--to", "p", "--group-size", "embedding=4", "--divisor", "heads=0.5", "--group-size",
        "query-key=2", "--latency-weight", "0.0", "--resume",
      ])
    var explore = ExploreRun.Settings(space: "s.yaml")
    explore.budget.randomSearch = false
    explore.budget.audit = 0
    explore.existing = .replace
    #expect(explore.commandLine.dropFirst(2) == ["--audit", "0", "--no-random-search", "--overwrite"])
    // A value that begins like an option would be taken for one.
    var train = TrainRun.Settings(source: "s.yaml")
    train.folder = "-x"
    #expect(train.commandLine.last == "--to=-x")
  }
}
