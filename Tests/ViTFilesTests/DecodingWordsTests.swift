import Foundation
import Testing
import ViTFiles

/// What is wrong in a JSON document is said in words of JSON, whatever Swift calls it.
struct DecodingWordsTests {
  private enum Kind: String, Codable { case plain, fancy }

  private struct Document: Codable {
    struct Inner: Codable { var count: Int }

    var count: Int?
    var share: Double?
    var seed: UInt64?
    var name: String?
    var isOn: Bool?
    var kind: Kind?
    var list: [Int]?
    var table: [String: Double]?
    var inner: Inner?
    var range: ClosedRange<Int>?
  }

  @Test(arguments: [
    (#"{"count": "x"}"#, "wrong type at count, expected a whole number"),
    (#"{"seed": []}"#, "wrong type at seed, expected a whole number"),
    (#"{"share": "x"}"#, "wrong type at share, expected a number"),
    (#"{"name": 3}"#, "wrong type at name, expected text"),
    (#"{"isOn": 3}"#, "wrong type at isOn, expected true or false"),
    (#"{"list": 3}"#, "wrong type at list, expected a list"),
    (#"{"list": [1, null]}"#, "null at list[1], expected a whole number"),
    (#"{"table": 3}"#, "wrong type at table, expected an object"),
    (#"{"inner": {}}"#, #"key "count" is missing at inner"#),
    (#"{"kind": "odd"}"#, #"unknown value "odd" at kind"#),
    (#"{"range": [5, 3]}"#, "a range from 5 to 3 at range, expected its lower end first"),
    ("3", "wrong type at the top level, expected an object"),
    // Numbers that are JSON, but none that the field can hold.
    (#"{"count": 1.5}"#, "a number is a fraction where a whole one belongs, or out of range"),
    (#"{"seed": -1}"#, "a number is a fraction where a whole one belongs, or out of range"),
    (#"{"list": [1, 99999999999999999999]}"#, "a number is a fraction where a whole one belongs, or out of range"),
    (#"{"share": 1e400}"#, "the number 1e400 is out of range"),
    (#"{"name": "#, "not valid JSON"), ("", "not valid JSON"), (#"{"count": tru}"#, "not valid JSON"),
  ])
  func `A mistake is named in words of JSON`(text: String, reason: String) throws {
    let error = #expect(throws: FileError.self) {
      try JSONDocument.decode(Document.self, from: Data(text.utf8), path: "file.json")
    }
    #expect(error?.code == .malformed)
    let words = try #require(error?.reason)
    #expect(words.hasPrefix(reason), "\(words)")
    for internals in ["Swift", "Array<", "Dictionary<", "Int", "CodingKey", "Optional", "Error"] {
      #expect(!words.contains(internals), "\(words)")
    }
  }
}
