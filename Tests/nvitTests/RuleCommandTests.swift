import Foundation
import TestSupport
import Testing
import ViTArchitecture

@Suite struct `The rule commands` {
  private struct Output {
    var status: Int32
    var output: String
    var error: String
  }

  /// Runs the program that was built beside the tests, in the repository's root.
  private func nvit(_ arguments: String...) throws -> Output { try nvit(arguments) }

  private func nvit(_ arguments: [String]) throws -> Output {
    let root = URL(fileURLWithPath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    let process = Process()
    process.executableURL = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
      .appendingPathComponent("nvit")
    process.arguments = arguments
    process.currentDirectoryURL = root
    let (output, error) = (Pipe(), Pipe())
    process.standardOutput = output
    process.standardError = error
    try process.run()
    // Both fit their pipes, so reading one after the other cannot block.
    let result = (try text(output), try text(error))
    process.waitUntilExit()
    return Output(status: process.terminationStatus, output: result.0, error: result.1)
  }

  private func text(_ pipe: Pipe) throws -> String {
    String(decoding: try pipe.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
  }

  @Test func `show prints the dimensions of every block and the costs`() throws {
    let show = try nvit("rule", "show", "search-spaces/revit-official.yaml", "--at", "embedding=384")
    #expect(show.status == 0 && show.error.isEmpty)
    #expect(show.output.contains("\n    1     10  32  64  1152   1,626,752  357 M\n"))
    #expect(show.output.contains("parameters  22,737,512\nMACs        4,679,800,448 (4.68 G)\n"))
    #expect(show.output.contains("heads  ██▄▄▄▄▇▇▇▇▇▇▇▇▇▇▇▇▄▄▄▄██  4 to 10\n"))
  }

  @Test func `solve writes the member it found, and never over a file`() throws {
    let folder = TemporaryFolder()
    let arguments = ["rule", "solve", "search-spaces/deit.yaml", "--parameters", "23M", "--to", folder("deit.json")]
    let solve = try nvit(arguments)
    #expect(solve.status == 0)
    let data = try Data(contentsOf: URL(fileURLWithPath: folder("deit.json")))
    #expect(try Architecture(json: data) == .deitSmall())
    let again = try nvit(arguments)
    #expect(again.status == 73 && again.error.contains("the file exists"))
  }

  @Test func `show and solve speak JSON`() throws {
    let show = try nvit("rule", "show", "search-spaces/deit.yaml", "--at", "embedding=192", "--json")
    let object = try #require(try JSONSerialization.jsonObject(with: Data(show.output.utf8)) as? [String: Any])
    #expect(object["parameters"] as? Int == 5_717_416)
    #expect(object["digest"] as? String == Architecture.deitTiny().digest)
    let solve = try nvit("rule", "solve", "search-spaces/deit.yaml", "--macs", "1.3G", "--json")
    let solution = try #require(try JSONSerialization.jsonObject(with: Data(solve.output.utf8)) as? [String: Any])
    #expect(solution["multiply_accumulates"] as? Int == 1_253_683_200)
    #expect(solution["method"] as? String == "enumerated")
  }

  @Test func `check names every mistake and exits with 65`() throws {
    let folder = TemporaryFolder()
    try "nvit: 1\nname: x y\nrule: 3\n".write(toFile: folder("bad.yaml"), atomically: true, encoding: .utf8)
    let check = try nvit("rule", "check", folder("bad.yaml"), "search-spaces/deit.yaml", folder("none.yaml"))
    #expect(check.status == 65)
    #expect(check.output == "search-spaces/deit.yaml: ok (1 open number, 16 points)\n")
    #expect(check.error.contains(#"bad.yaml:2:7: "x y" for name; expected a name"#))
    #expect(check.error.contains(#"bad.yaml:3:7: "3" for rule; expected a mapping"#))
    #expect(check.error.contains("none.yaml: No such file or directory"))
    #expect(try nvit("rule", "check", folder("none.yaml")).status == 66)
    #expect(try nvit("rule", "show", folder("bad.yaml")).status == 65)
  }

  @Test func `Wrong usage exits with 64 and says what is expected`() throws {
    let file = "search-spaces/deit.yaml"
    for (arguments, message) in [
      (["--parameters", "5M", "--macs", "1G"], "2 targets; expected one of --latency, --parameters and --macs"),
      (["--parameters", "0"], "expected a number above 0 such as 5M"),
      (["--latency", "soon"], "expected a latency such as 12ms"),
    ] {
      let output = try nvit(["rule", "solve", file] + arguments)
      #expect(output.status == 64 && output.error.contains(message), "\(output.error)")
    }
    let unknown = try nvit("rule", "show", file, "--at", "embeding=64")
    #expect(unknown.status == 64 && unknown.error.contains("open: architecture.embedding"))
    let outside = try nvit("rule", "show", file, "--at", "embedding=65")
    #expect(outside.status == 64 && outside.error.contains("expected 64 to 1024 by 64"))
  }

  @Test func `An unreachable target says what can be reached`() throws {
    let output = try nvit("rule", "solve", "search-spaces/deit.yaml", "--parameters", "5k")
    #expect(output.status == 1)
    #expect(
      output.error
        == "error: no member is at or below 5.00 k parameters; "
        + "members reach from 727 k parameters to 153 M parameters\n")
  }
}
