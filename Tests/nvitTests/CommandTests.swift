import Foundation
import RunTestSupport
import TestSupport
import Testing
import ViTFiles
import ViTPruning

/// What only a process shows of a command that works: what goes to which stream, and the exit code.
@Suite struct `Commands print results to standard output, and nothing else` {
  private let search = TinySearch()

  private var root: URL {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
  }

  private func object(_ text: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  private func array(_ text: String) throws -> [[String: Any]] {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [[String: Any]])
  }

  private func nvit(_ arguments: String..., environment: [String: String] = [:]) throws -> BuiltCommand {
    try BuiltCommand.run(arguments, environment: environment)
  }

  @Test(
    arguments: [
      "trials outputs/reference --csv", "study show outputs/reference --json", "info", "--help", "train --help",
      "--version",
      "help explore",
    ])
  func `A device without room is an error, however much was printed`(command: String) throws {
    let nvit = Bundle.main.bundleURL.appendingPathComponent("nvit").path
    let run = try BuiltCommand.run(
      ["-c", "cd '\(root.path)' && '\(nvit)' \(command) > /dev/full"], program: URL(fileURLWithPath: "/bin/sh"))
    #expect(run.status == 74 && run.errors == "error: cannot write standard output: No space left on device\n")
  }

  @Test func `A search, and what reads its study`() throws {
    let space = try search.space()
    let arguments = try search.arguments(space)
    let run = try BuiltCommand.run(arguments + ["--json"])
    #expect(run.status == 0, "\(run.errors)")
    #expect(try object(run.output)["front"] != nil || object(run.output)["entries"] != nil)
    #expect(run.errors.contains("explored in"))
    let again = try BuiltCommand.run(arguments)
    #expect(again.status == 73 && again.errors.contains("--resume") && again.output.isEmpty)
    let complete = try BuiltCommand.run(arguments + ["--resume"])
    #expect(complete.status == 0 && complete.output.contains("\nresults: ") && complete.errors.contains("is complete"))
    let changed = try search.space("other.yaml", replacing: "draws: 64", with: "draws: 65")
    let refused = try BuiltCommand.run(try search.arguments(changed) + ["--resume"])
    #expect(refused.status == 65 && refused.errors.contains("draws: 65"), "\(refused.errors)")
    let plan = try BuiltCommand.run(try search.arguments(space, to: "other") + ["--dry-run"])
    #expect(plan.status == 0 && plan.output.contains("base") && !search.exists("other"))

    let study = search.folder("out/study")
    #expect(try array(nvit("study", "list", search.folder("out"), "--json").output).count == 1)
    #expect(try nvit("study", "list", search.folder("out")).output.contains("complete"))
    #expect(try nvit("study", "list", search.folder("data")).output.hasPrefix("no studies in"))
    #expect(try nvit("study", "show", search.folder.path).status == 66)
    #expect(try object(nvit("study", "show", study, "--json").output)["members"] != nil)
    #expect(try nvit("study", "show", study + "/study.sqlite").output.contains("2 finished"))
    #expect(try array(nvit("trials", study, "--sort", "accuracy", "--limit", "1", "--json").output).count == 1)
    #expect(try nvit("trials", study, "--csv").output.hasPrefix("name,digest,seed,"))
    #expect(try nvit("trials", study).output.contains("accuracy %"))
    #expect(try object(nvit("study", "compare", study, study, "--json").output)["hypervolumes"] != nil)
    #expect(try nvit("study", "compare", study, study).output.contains("hypervolume"))
    let page = try nvit("report", study)
    #expect(page.status == 73 && page.errors.contains("--overwrite"))
    #expect(try nvit("report", study, "--overwrite").output == "\(study)/report.html\n")
    let front = try FileContents.readText("\(study)/pareto.json")
    for (bad, status) in [(nil, 66), ("{\"schema\": \"nvit.front/9\"}", 65)] as [(String?, Int32)] {
      try FileManager.default.removeItem(atPath: "\(study)/pareto.json")
      if let bad { try AtomicFile.write(bad, to: "\(study)/pareto.json") }
      #expect(try nvit("report", study, "--overwrite").status == status)
      try AtomicFile.write(front, to: "\(study)/pareto.json")
    }
    let copies = try nvit("export", study, "--target", "all", "--to", search.folder("models"), "--json")
    #expect(try copies.status == 0 && !array(copies.output).isEmpty)
    let target = try nvit("export", study, "--target", "3x", "--to", search.folder("export"))
    #expect(target.status == 1 && target.errors.contains("expected one of") && !search.exists("export"))
  }

  @Test func `A page's charts come from the folder that NVIT_SHARE names`() throws {
    let run = try BuiltCommand.run(try search.arguments(try search.space()))
    try #require(run.status == 0, "\(run.errors)")
    let study = search.folder("out/study")
    try search.folder.write(Array("alert(1)".utf8), to: "share/vega-bundle.js")
    let strange = try nvit("report", study, "--overwrite", environment: ["NVIT_SHARE": search.folder("share")])
    #expect(strange.status == 65 && strange.errors.contains("SHA-256"), "\(strange.errors)")
    let without = try nvit("report", study, "--overwrite", environment: ["NVIT_SHARE": search.folder("nothing")])
    #expect(without.status == 0, "\(without.errors)")
    #expect(try FileContents.readText("\(study)/report.html").contains("scripts/vega-bundle"))
  }

  @Test func `The chain from training to mining`() throws {
    let dense = TinyDense()
    let folder = dense.folder
    let (space, table) = (try dense.space(), try dense.table())
    func succeed(_ arguments: String...) throws -> BuiltCommand {
      let run = try BuiltCommand.run(arguments)
      try #require(run.status == 0, "\(arguments): \(run.errors)")
      return run
    }
    let train = try succeed("train", space, "--to", folder("dense"), "--threads", "1", "--json")
    #expect(try object(train.output)["validationAccuracy"] is Double && train.errors.contains("trained tiny"))
    let weights = folder("dense/weights.safetensors")
    #expect(try succeed("evaluate", weights, "--space", space).output.contains("(95%, 20 images)\nvalidation loss"))
    let logits = try succeed(
      "evaluate", weights, "--space", space, "--split", "training", "--logits", folder("logits"), "--json")
    #expect(try object(logits.output)["images"] as? Int == 40)
    let prune = try succeed(
      "prune", folder("dense"), "--latency", "0.8x,0.5x", "--to", folder("pruned"), "--latency-model", table,
      "--threads", "1", "--interval", "2", "--groups-per-step", "8", "--json")
    #expect((try object(prune.output)["rows"] as? [Any])?.count == 3)
    #expect(prune.errors.contains("another device, Elsewhere 9000"))
    let audit = try succeed(
      "prune", folder("dense"), "--audit", "--to", folder("audit.json"), "--audit-images", "16", "--audit-batches", "2")
    #expect(audit.output.contains("hessian") && audit.output.hasSuffix("written to \(folder("audit.json"))\n"))
    let finetune = try succeed(
      "finetune", folder("pruned"), "--to", folder("sparse"), "--target", "0.8x", "--sparsity", "2:4", "--json")
    let model = try #require(try FinetunedFamily.read(inFolder: folder("sparse")).models.first)
    #expect(try object(finetune.output)["models"] != nil && model.sparsity == .twoOfFour)
    let info = try succeed("info", "--sparsity", folder("sparse/" + model.weightsFile))
    #expect(info.output.contains("2:4 holds   yes"))
    let none = try nvit("info", "--sparsity", weights, "--json")
    #expect(none.status == 1 && none.output.contains("\"holds\" : false"))
    let target = try nvit("finetune", folder("pruned"), "--to", folder("out"), "--target", "0.4x")
    #expect(target.status == 64 && target.errors.contains("expected one of: 0.8x, 0.5x") && target.output.isEmpty)
    let resume = try nvit("finetune", folder("pruned"), "--to", folder("out"), "--resume")
    #expect(resume.status == 66 && resume.errors.contains("no finetuning run to resume"))
    let mine = try succeed(
      "mine", folder("pruned"), "--to", folder("mined.yaml"), "--target", "0.8x,0.5x", "--replicates", "50")
    #expect(mine.output.hasPrefix("mined 1 run from") && mine.output.contains("\nwrote \(folder("mined.yaml")) ("))
    #expect(try succeed("rule", "check", folder("mined.yaml")).output.contains(": ok ("))
  }

  @Test func `A chain whose step fails ends with that step's exit code`() throws {
    let folder = TinyDense()
    let run = try nvit(
      "paper", try folder.space(), "--to", folder.folder("paper"), "--latency", "0.001x", "--threads", "1")
    #expect(run.status == 1 && run.output.isEmpty, "\(run.errors)")
    #expect(run.errors.contains("[3/") && run.errors.contains("error: nvit prune "), "\(run.errors)")
    #expect(run.errors.contains("2 of ") && run.errors.contains("out of reach"), "\(run.errors)")
  }

  @Test func `Rules`() throws {
    let folder = TemporaryFolder()
    let deit = root.appendingPathComponent("search-spaces/deit.yaml").path
    let show = try nvit("rule", "show", deit, "--at", "embedding=192", "--json")
    #expect(try object(show.output)["parameters"] as? Int == 5_717_416 && show.errors.isEmpty)
    #expect(try nvit("rule", "show", deit).output.contains("parameters  "))
    let solve = try nvit("rule", "solve", deit, "--parameters", "23M", "--to", folder("deit.json"))
    #expect(solve.status == 0 && solve.output.hasSuffix("Written to \(folder("deit.json")).\n"))
    let out = try nvit("rule", "solve", deit, "--parameters", "5k")
    #expect(out.status == 1 && out.errors.hasPrefix("error: no member is at or below 5.00 k parameters; "))

    try AtomicFile.write("nvit: 1\nname: x y\nrule: 3\n", to: folder("bad.yaml"))
    let check = try nvit("rule", "check", folder("bad.yaml"), deit, folder("none.yaml"))
    #expect(check.status == 65)
    #expect(check.output == "\(deit): ok (1 open number, 16 points)\n")
    #expect(check.errors.contains(#"bad.yaml:2:7: "x y" for name; expected a name"#))
    #expect(check.errors.contains(#"bad.yaml:3:7: "3" for rule; expected a mapping"#))
    #expect(check.errors.contains("none.yaml: No such file or directory"))
    #expect(try nvit("rule", "show", folder("bad.yaml")).status == 65)
  }

  @Test func `Latencies`() throws {
    let (space, table) = (try search.space(), try search.table())
    let store = ["NVIT_LATENCY_FOLDER": search.folder("store")]
    let imported = try nvit(
      "latency", "import", search.folder("table.csv"), "--device", "X", "--batch-size", "4", "--to", table,
      "--overwrite")
    #expect(imported.status == 0 && imported.output == "wrote 16 points to \(table)\n", "\(imported.errors)")
    let predicted = try nvit("latency", "predict", space, "--latency-model", table, "--json")
    #expect(try array(predicted.output).first?["name"] as? String == "base")
    let none = try nvit("latency", "predict", space, environment: store)
    #expect(none.status == 66 && none.errors.contains("measure one with `nvit latency measure`"))
    let measured = try nvit("latency", "measure", space, environment: store)
    #expect(measured.status == 0 && measured.output.contains("written to \(search.folder("store"))"))
    #expect(try nvit("latency", "predict", space, environment: store).output.contains(" ms\n"))
  }
}
