import Foundation
import TestSupport
import Testing
import ViTArchitecture
import ViTFiles
import ViTRuns

@Suite struct `Rules` {
  private func space(_ name: String) -> String {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("search-spaces/\(name).yaml").path
  }

  private func member(_ name: String, embedding: String) throws -> RuleMember {
    try RuleMember(of: space(name), at: [OpenNumberValue(path: "embedding", text: embedding)], latencyModel: nil)
  }

  private func object(_ json: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
  }

  @Test func `are shown with the dimensions of every block and the costs`() throws {
    let text = try member("revit-official", embedding: "384").text
    #expect(text.contains("\n    1     10  32  64  1152   1,626,752  357 M\n"))
    #expect(text.contains("parameters  22,737,512\nMACs        4,679,800,448 (4.68 G)\n"))
    #expect(text.contains("heads  ██▄▄▄▄▇▇▇▇▇▇▇▇▇▇▇▇▄▄▄▄██  4 to 10\n"))
  }

  @Test func `are solved for a member, which is written and never over a file`() throws {
    let folder = TemporaryFolder()
    var settings = RuleSolve.Settings(space: space("deit"), target: .parameters(23e6))
    settings.file = folder("deit.json")
    let found = try RuleSolve(settings).run()
    #expect(try Architecture(contentsOf: folder("deit.json")) == .deitSmall() && found.architecture == .deitSmall())
    let again = expectError(FileError.self, "the file exists") { try RuleSolve(settings).run() }
    #expect(again?.code == .alreadyExists)
  }

  @Test func `speak JSON`() throws {
    let shown = try object(try member("deit", embedding: "192").json)
    #expect(shown["parameters"] as? Int == 5_717_416)
    #expect(shown["digest"] as? String == Architecture.deitTiny().digest)
    let settings = RuleSolve.Settings(space: space("deit"), target: .multiplyAccumulates(1.3e9))
    let solution = try object(try RuleSolve(settings).run().json)
    #expect(solution["multiply_accumulates"] as? Int == 1_253_683_200)
    #expect(solution["method"] as? String == "enumerated")
  }

  @Test func `take only values of their open numbers`() throws {
    let unknown = expectError(RunError.self, "open: architecture.embedding") {
      try RuleMember(of: space("deit"), at: [OpenNumberValue(path: "embeding", text: "64")], latencyModel: nil)
    }
    #expect(unknown?.code == .badSettings)
    let outside = expectError(RunError.self, "expected 64 to 1024 by 64") { try member("deit", embedding: "65") }
    #expect(outside?.code == .badSettings)
  }

  @Test func `say what can be reached where a target cannot`() throws {
    let error = expectError(RunError.self) {
      try RuleSolve(RuleSolve.Settings(space: space("deit"), target: .parameters(5e3))).run()
    }
    #expect(error?.code == .unreachable)
    #expect(
      error?.description
        == "no member is at or below 5.00 k parameters; members reach from 727 k parameters to 153 M parameters")
  }

  @Test func `are not written where there is no folder`() throws {
    let folder = TemporaryFolder()
    var settings = RuleSolve.Settings(space: space("deit"), target: .parameters(23e6))
    settings.file = folder("deit.json") + "/x"
    try AtomicFile.write("", to: folder("deit.json"))
    let error = expectError(FileError.self, "Not a directory") { try RuleSolve(settings).run() }
    #expect(error?.code == .cannotWrite || error?.code == .cannotCreate)
  }
}
