import Foundation
import Testing
import ViTFiles

private struct Record: Codable, Equatable {
  var latencySource = "table"
  var quantile95 = 1.5
  var digest = "ab"
  var counts = ["camelCase": 1, "snake_case": 2]

  private enum CodingKeys: String, SnakeCaseKey {
    case latencySource, quantile95 = "quantile_95", digest = "space_sha256", counts
  }
}

@Suite struct `Keys in snake case` {
  @Test func `are made of the cases' names or given, and leave a dictionary's own alone`() throws {
    let text = try JSONDocument.field(Record(), named: "r")
    #expect(
      text
        == #"{"counts":{"camelCase":1,"snake_case":2},"latency_source":"table","quantile_95":1.5,"space_sha256":"ab"}"#
    )
    #expect(try JSONDocument.decode(Record.self, from: Data(text.utf8), path: "r") == Record())
  }

  @Test func `are what an error names`() {
    let error = #expect(throws: FileError.self) {
      try JSONDocument.decode(Record.self, from: Data(#"{"latency_source": 1}"#.utf8), path: "r")
    }
    #expect(error?.description.contains("latency_source") == true)
  }

  @Test func `are found by what the file says, and by nothing else`() throws {
    enum Keys: String, SnakeCaseKey { case latencySource, digest = "space_sha256" }
    #expect(Keys(stringValue: "latency_source") == .latencySource)
    #expect(Keys(stringValue: "space_sha256") == .digest)
    for other in ["latencySource", "digest", "latency_Source", "", "_"] { #expect(Keys(stringValue: other) == nil) }
  }
}
