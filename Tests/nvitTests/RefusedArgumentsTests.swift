import Foundation
import RunTestSupport
import TestSupport
import Testing

/// Arguments that are refused before anything is done: every case names its message and its exit code, prints nothing
/// to standard output, and leaves nothing behind.
@Suite struct `Arguments that make no sense are refused` {
  private let search = TinySearch()

  /// - Parameter arguments: "SPACE" stands for a sound document in a folder of its own.
  private func expectRefusal(
    _ arguments: [String], _ status: Int32, _ message: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let space = try search.space()
    let before = try search.folder.entries()
    let run = try BuiltCommand.run(arguments.map { $0.replacing("SPACE", with: space) })
    #expect(
      run.status == status && run.errors.contains(message), "\(arguments): \(run.status) \(run.errors)",
      sourceLocation: sourceLocation)
    #expect(run.output.isEmpty, "\(arguments)", sourceLocation: sourceLocation)
    #expect(try search.folder.entries() == before, "\(arguments)", sourceLocation: sourceLocation)
  }

  @Test(
    arguments: [
      (["explore", "SPACE", "--threads", "0"], 64, "--threads is 0"),
      (["explore", "SPACE", "--jobs=-1"], 64, "--jobs is -1"),
      (["explore", "SPACE", "--seed=-1"], 64, "--seed"),
      (["explore", "SPACE", "--budget-draws", "0"], 64, "--budget-draws is 0, expected 1 to 1048576"),
      (["explore", "SPACE", "--audit", "5"], 64, "--audit is 5, expected at least two rungs"),
      (["explore", "SPACE", "--budget-seeds", "4", "--budget-max-seeds", "3"], 64, "--budget-max-seeds is 3"),
      (["train", "SPACE", "--epochs", "nan"], 64, "--epochs is nan"),
      (["train", "SPACE"], 64, "--baseline NAME"),
      (["train", "SPACE", "--baseline", "base", "--to", "SPACE/x"], 73, "Not a directory"),
      (["latency", "measure", "SPACE", "--budget", "inf"], 64, "--budget is inf"),
      (["latency", "measure", "SPACE", "--budget=-1"], 64, "--budget is -1"),
      (["latency", "measure", "SPACE", "--to", "SPACE"], 73, "--overwrite"),
      (["latency", "measure", "none.yaml"], 66, "none.yaml"),
      (["latency", "validate", "SPACE", "--count", "0"], 64, "--count is 0"),
      (["latency", "predict", "SPACE", "--threads", "0"], 64, "--threads is 0"),
      (["latency", "predict", "SPACE", "--latency-model", "SPACE"], 65, "space.yaml"),
      (["evaluate", "SPACE", "--space", "SPACE"], 65, "not a safetensors file"),
      (["export", "none", "--target", "all", "--to", "x"], 66, "no study folder"),
      (["rule", "solve", "SPACE", "--parameters", "20k", "--to", "SPACE/x"], 73, "Not a directory"),
      (["rule", "solve", "SPACE", "--latency", "1ms"], 66, "no latency model"),
      (["report", "a", "b"], 64, "name the page with --to"),
      (["report", "a", "--to", "page.txt"], 64, "page.txt"),
      (["report"], 64, "--to"),
    ] as [([String], Int32, String)])
  func `by the commands on spaces and studies`(arguments: [String], status: Int32, message: String) throws {
    try expectRefusal(arguments, status, message)
  }

  @Test(
    arguments: [
      ("targets: [0.7x base]", "targets: [0.001us]", 1, "out of reach: the"),
      ("targets: [", "constraints: {parameters: {max: 9}}\ntargets: [", 1, "parameters at most 9: excludes"),
      ("path: data", "path: none", 66, "apt-get install dataset-fashion-mnist"),
      ("batch-size: 8", "batch-size: 1000000000000", 65, "recipe.batch-size"),
      ("draws: 64", "draws: 100000000", 65, "expected a whole number from 1 to 1048576"),
      ("classes: 10", "classes: 5", 65, "expected 0 to 4, since the model has 5 classes"),
      ("epochs: 1,", "epochs: 1, distillation: {teacher: none.safetensors},", 66, "none.safetensors"),
      ("depth: 2,", "dpeth: 2,", 65, "did you mean \"depth\""),
    ] as [(String, String, Int32, String)])
  func `by explore for what the space says`(old: String, new: String, status: Int32, message: String) throws {
    let arguments = try search.arguments(try search.space("bad.yaml", replacing: old, with: new))
    try expectRefusal(arguments, status, message)
  }

  @Test(
    arguments: [
      ("fast", [], "\"fast\" is no latency; expected one such as 0.5x or 12ms"),
      ("0.5x,", [], "is no latency"),
      ("0.5x tiny", [], "relative to the dense model"),
      ("0.5x", ["--saliency", "best"], "taylor, magnitude, random, unsquared, hessian"),
      ("0.5x", ["--group-size", "heads=0"], "--group-size heads is 0.0"),
      ("0.5x", ["--group-size", "heads=1.5"], "whole numbers"),
      ("0.5x", ["--floor", "heads=1", "heads=2"], "--floor names heads twice"),
      ("0.5x", ["--floor", "tails=1"], "tails=1"),
      ("0.5x", ["--divisor", "heads=-1"], "--divisor heads is -1.0"),
      ("0.5x", ["--interval", "0"], "--interval is 0"),
      ("0.5x", ["--groups-per-step", "-3"], "--groups-per-step"),
      ("0.5x", ["--latency-weight", "nan"], "--latency-weight is nan"),
      ("0.5x", ["--temperature", "0"], "--temperature is 0.0"),
      ("0.5x", ["--learning-rate", "inf"], "--learning-rate is inf"),
      ("0.5x", ["--resume", "--overwrite"], "--resume cannot be combined"),
      ("0.5x", ["--audit"], "leave --latency"),
      ("0.5x", ["--threads", "0"], "--threads is 0"),
    ] as [(String, [String], String)])
  func `by prune`(latency: String, options: [String], message: String) throws {
    let start = ["prune", search.folder("dense"), "--latency", latency, "--to", search.folder("out")]
    try expectRefusal(start + options, 64, message)
  }

  @Test(arguments: [
    (["--epochs", "0"], "--epochs is 0"), (["--epochs", "nan"], "--epochs is nan"),
    (["--seeds", "0"], "--seeds is 0"), (["--seed", "18446744073709551615"], "expected at most"),
    (["--learning-rate", "0"], "--learning-rate is 0"), (["--temperature=-1"], "--temperature is -1"),
    (["--teacher-weight", "inf"], "--teacher-weight is inf"), (["--sparsity", "1:4"], "1:4"),
    (["--scratch", "--sparsity", "2:4"], "leave out --scratch"),
    (["--resume", "--overwrite"], "give one of them"),
  ])
  func `by finetune`(options: [String], message: String) throws {
    try expectRefusal(["finetune", search.folder("pruned"), "--to", search.folder("out")] + options, 64, message)
  }

  @Test(arguments: [
    (["--seeds", "0"], "--seeds is 0"), (["--latency", "0.5x,0.5x"], "expected different"),
    (["--latency", "soon"], "expected different"),
    (["--ablation-target", "0.3x"], "expected one of 0.7x"),
    (["--finetune-epochs", "0"], "--finetune-epochs is 0"),
  ])
  func `by paper`(options: [String], message: String) throws {
    try expectRefusal(["paper", "SPACE", "--to", search.folder("paper")] + options, 64, message)
  }

  @Test func `by mine`() throws {
    let to = ["--to", search.folder("new/mined.yaml")]
    try expectRefusal(["mine", "a"] + to + ["--picture", search.folder("new/mined.yaml")], 64, "name one file twice")
    try expectRefusal(["mine"] + to, 64, "families")
    try expectRefusal(["mine", "a", "--replicates", "1"] + to, 64, "--replicates is 1")
  }

  @Test(arguments: [
    (["--parameters", "5M", "--macs", "1G"], "2 targets; expected one of --latency, --parameters and --macs"),
    (["--parameters", "0"], "expected a number above 0 such as 5M"),
    (["--latency", "soon"], "expected a latency such as 12ms"),
  ])
  func `by rule solve`(options: [String], message: String) throws {
    try expectRefusal(["rule", "solve", "SPACE"] + options, 64, message)
  }

  @Test(
    arguments: [
      (["trials", "none", "--limit", "0"], 64, "--limit is 0"),
      (["trials", "none", "--csv", "--json"], 64, "--csv cannot be combined"),
      (["trials", "none", "--sort", "colour"], 64, "colour"), (["trials", "none"], 66, "none"),
      (["study", "compare", "none"], 64, "expected two or more"), (["study", "list", "none"], 66, "none"),
      (["study", "show", "none"], 66, "none"), (["rule", "check", "none.yaml"], 66, "none.yaml"),
      (["rule", "show", "SPACE", "--at", "embeding=64"], 64, "open: "),
      (["rule", "show", "SPACE", "--at", "embedding"], 64, "--at"),
    ] as [([String], Int32, String)])
  func `by the commands that read`(arguments: [String], status: Int32, message: String) throws {
    try expectRefusal(arguments, status, message)
  }
}
