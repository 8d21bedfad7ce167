import Foundation
import TestSupport
import Testing
import ViTFiles
import ViTSearch
import ViTStorage

/// Every case names its message and its exit code, and leaves nothing behind.
@Suite struct `Bad input on the command line` {
  private let search = TinySearch()
  private var folder: TemporaryFolder { search.folder }

  private func space(
    _ name: String = "space.yaml", replacing old: String = "", with new: String = ""
  ) throws -> String {
    try search.space(name, replacing: old, with: new)
  }

  private func explore(_ space: String, _ more: [String] = []) throws -> BuiltCommand {
    try BuiltCommand.run(try search.arguments(space) + more)
  }

  private func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: folder(name)) }

  @Test func `A small search goes through, and only JSON is on standard output`() throws {
    let run = try explore(try space(), ["--json"])
    #expect(run.status == 0, "\(run.errors)")
    #expect(try JSONSerialization.jsonObject(with: Data(run.output.utf8)) is [String: Any])
    let again = try explore(folder("space.yaml"))
    #expect(again.status == 73 && again.errors.contains("--resume"))
    let changed = try explore(try space("other.yaml", replacing: "draws: 64", with: "draws: 65"), ["--resume"])
    #expect(changed.status == 65 && changed.errors.contains("draws: 65"), "\(changed.errors)")
    let target = try BuiltCommand.run(
      ["export", folder("out/study"), "--target", "3x", "--to", folder("export")])
    #expect(target.status == 1 && target.errors.contains("expected one of"))
    #expect(!exists("export"))
  }

  @Test(arguments: [
    ("targets: [0.7x base]", "targets: [0.001us]", 1, "out of reach: the"),
    ("targets: [", "constraints: {parameters: {max: 9}}\ntargets: [", 1, "parameters at most 9: excludes"),
    ("path: data", "path: none", 66, "apt-get install dataset-fashion-mnist"),
    ("batch-size: 8", "batch-size: 1000000000000", 65, "recipe.batch-size"),
    ("draws: 64", "draws: 100000000", 65, "expected a whole number from 1 to 1048576"),
    ("epochs: 1", "epochs: 1e300", 65, "recipe.epochs"),
    ("classes: 10", "classes: 5", 65, "the data set has 10"),
    ("epochs: 1,", "epochs: 1, distillation: {teacher: none.safetensors},", 66, "none.safetensors"),
    ("depth: 2,", "dpeth: 2,", 65, "did you mean \"depth\""),
  ])
  func `Spaces that cannot be explored are refused and leave no folder`(
    old: String, new: String, status: Int32, message: String
  ) throws {
    let run = try explore(try space(replacing: old, with: new))
    #expect(run.status == status && run.errors.contains(message), "\(run.status) \(run.errors)")
    #expect(run.output.isEmpty)
    #expect(!exists("out"))
  }

  @Test func `Trainings that diverge are recorded, and the search ends with a clear message`() throws {
    let wild = try space(
      replacing: "learning-rate: 0.001, epsilon: 0.000001",
      with: "learning-rate: 10, epsilon: 1e-300, beta1: 0, beta2: 0")
    let run = try explore(wild)
    #expect(run.status == 1 && run.errors.contains("trainings diverged"), "\(run.errors)")
    let trials = try StudyDatabase(readOnly: folder("out/study/study.sqlite")).records()
    #expect(trials.count == 2 && trials.allSatisfy { "\($0.outcome.state)".contains("not finite") })
    let train = try BuiltCommand.run(["train", wild, "--baseline", "base", "--to", folder("trained/deep")])
    #expect(train.status == 1 && train.errors.contains("not finite at step"))
    #expect(!exists("trained"))
  }

  @Test func `A study that is not there, or not sound, is not resumed`() throws {
    let space = try space()
    let none = try explore(space, ["--resume"])
    #expect(none.status == 66 && none.errors.contains("no study to resume"))
    #expect(try explore(space).status == 0)
    let front = try FileContents.read(folder("out/study/pareto.json"))
    try FileManager.default.removeItem(atPath: folder("out/study/pareto.json"))
    #expect(try explore(space, ["--resume"]).status == 0)
    #expect(try FileContents.read(folder("out/study/pareto.json")) == front)
    var pages = try FileContents.read(folder("out/study/study.sqlite"))
    for offset in 4096..<pages.count { pages[offset] = 0xa5 }
    try AtomicFile.write(pages, to: folder("out/study/study.sqlite"))
    let damaged = try explore(space, ["--resume"])
    #expect(damaged.status == 65 && damaged.errors.contains("nvit study recover"), "\(damaged.errors)")
    try AtomicFile.write("rubbish", to: folder("out/study/study.sqlite"))
    let rubbish = try explore(space, ["--resume"])
    #expect(rubbish.status == 65 && rubbish.errors.contains("nvit study recover"), "\(rubbish.errors)")
    for name in ["plan.json", "trials.jsonl"] { try AtomicFile.write("{}\n", to: folder("out/study/\(name)")) }
    try FileManager.default.removeItem(atPath: folder("out/study/study.sqlite"))
    let older = try explore(space, ["--resume"])
    #expect(older.status == 65 && older.errors.contains("older version of nvit"), "\(older.errors)")
  }

  @Test(
    arguments: [
      (["explore", "SPACE", "--threads", "0"], 64, "--threads is 0"),
      (["explore", "SPACE", "--jobs=-1"], 64, "--jobs is -1"),
      (["explore", "SPACE", "--seed=-1"], 64, "--seed"),
      (["train", "SPACE", "--epochs", "nan"], 64, "--epochs is nan"),
      (["train", "SPACE"], 64, "--baseline NAME"),
      (["train", "SPACE", "--baseline", "base", "--to", "SPACE/x"], 73, "Not a directory"),
      (["latency", "measure", "SPACE", "--budget", "inf"], 64, "--budget is inf"),
      (["latency", "measure", "SPACE", "--to", "SPACE"], 73, "--overwrite"),
      (["latency", "predict", "SPACE", "--latency-model", "SPACE"], 65, "space.yaml"),
      (["evaluate", "SPACE", "--space", "SPACE"], 65, "not a safetensors file"),
      (["export", "none", "--target", "all", "--to", "x"], 66, "no study folder"),
      (["rule", "solve", "SPACE", "--parameters", "20k", "--to", "SPACE/x"], 73, "Not a directory"),
      (["rule", "solve", "SPACE", "--latency", "1ms"], 66, "no latency model"),
    ] as [([String], Int32, String)])
  func `Arguments that make no sense are refused`(arguments: [String], status: Int32, message: String) throws {
    let space = try space()
    let run = try BuiltCommand.run(arguments.map { $0.replacing("SPACE", with: space) })
    #expect(run.status == status && run.errors.contains(message), "\(run.status) \(run.errors)")
    #expect(run.output.isEmpty)
  }

  @Test func `A fraction where a width belongs is not called invalid JSON`() throws {
    try AtomicFile.write(
      #"{"schema": "nvit.architecture/1", "image_size": 28.5, "channels": 1}"#, to: folder("half.json"))
    let run = try BuiltCommand.run(["train", folder("half.json"), "--recipe", try space()])
    #expect(run.status == 65 && run.errors.contains("expected whole numbers"), "\(run.errors)")
  }
}
