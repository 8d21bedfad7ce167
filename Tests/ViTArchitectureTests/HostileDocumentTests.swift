import Foundation
import TestSupport
import Testing
import ViTArchitecture
import ViTFiles
import ViTNumerics

@Suite struct `Hostile and broken documents` {
  @Test(arguments: [
    ("", "1:1: an empty document"),
    ("# only a comment\n", "1:1: an empty document"),
    ("text", #"1:1: "text" for the document; expected a mapping"#),
    ("- a", "1:1: a list for the document; expected a mapping"),
    ("nvit: 1\nname: [a\n", "3:1: no YAML (while parsing a flow sequence"),
    ("nvit: 1\n\tname: x", "2:1: no YAML ("),
    ("nvit: \u{0}", "1:7: no YAML (control characters are not allowed)"),
    ("nvit: 1\n---\nnvit: 1\n", "2:1: a second document; expected one document in a file"),
    ("nvit: *one", "1:7: no YAML (found undefined alias)"),
    ("nvit: &one [*one]", "1:13: no YAML (found undefined alias)"),
  ])
  func `What is no single document gives one error`(text: String, message: String) {
    let found = Document.mistakes(text)
    #expect(found.count == 1 && found[0].hasPrefix(message), "\(found)")
  }

  @Test(arguments: ["[", "{a: ", "[a: ", "- ", "? ", "{? "])
  func `Deep nesting is refused before it can fill the stack`(opening: String) {
    let found = Document.mistakes(String(repeating: opening, count: 100_000))
    #expect(found.count == 1 && found[0].hasSuffix("nesting too deep; expected at most 1000 levels"), "\(found)")
  }

  @Test func `Nesting that the parser still takes is a wrong type`() {
    let lists = String(repeating: "[", count: 900) + String(repeating: "]", count: 900)
    #expect(Document.mistakes(Document.text(mlpHidden: lists)).count == 1)
  }

  @Test func `A billion laughs are not written out`() {
    func bomb(_ levels: Int, _ width: Int) -> String {
      (1...levels).reduce("a0: &a0 [x, x]\n") { text, level in
        let aliases = Array(repeating: "*a\(level - 1)", count: width).joined(separator: ", ")
        return text + "a\(level): &a\(level) [\(aliases)]\n"
      }
    }
    #expect(Document.mistakes(bomb(9, 9)) == ["3:45: 81 aliases; expected at most 16"])
    // Fifteen aliases are allowed, but not what they can blow up.
    let long = "a0: &a0 [\(Array(repeating: "x", count: 5000).joined(separator: ", "))]\n"
    let grown = bomb(5, 3).replacingOccurrences(of: "a0: &a0 [x, x]\n", with: long)
    #expect(
      Document.mistakes(grown) == [
        "1:1: more than 20000 values, aliases written out; expected a document of at most 20000"
      ])
  }

  @Test(arguments: [(16, false), (17, true)]) func `Sixteen aliases are allowed`(count: Int, isRefused: Bool) {
    let aliases = Array(repeating: "*a", count: count).joined(separator: ", ")
    let mistakes = Document.mistakes(Document.text(rest: "a: &a x\nb: [\(aliases)]"))
    #expect(mistakes.contains { $0.hasSuffix("\(count) aliases; expected at most 16") } == isRefused)
    #expect(!mistakes.isEmpty, "unknown keys")
  }

  @Test func `A few aliases do what YAML says`() throws {
    let space = try Document.space(
      Document.text(
        heads: "{base: 1, profile: &middle {plateau: {middle: {choices: [2, 3]}, rise: 4}}}",
        mlpHidden: "{base: 10, profile: *middle}"))
    #expect(
      space.rule.openNumbers.map(\.path) == [
        "rule.heads.profile.plateau.middle", "rule.mlp-hidden.profile.plateau.middle",
      ])
  }

  @Test func `Too many values and too many bytes are refused`() {
    let keys = (0..<20_000).map { "k\($0): 1\n" }.joined()
    #expect(Document.mistakes(keys).map { $0.hasPrefix("1:1: more than 20000 values") } == [true])
    let bytes = String(repeating: "x", count: (1 << 20) + 1)
    #expect(Document.mistakes(bytes) == ["1:1: a document of 1048577 bytes; expected at most 1048576"])
  }

  @Test func `Many duplicate keys are all found, with the place of each`() {
    let text = (0..<40).map { "k\($0 / 2): 1\n" }.joined()
    let found = Document.mistakes(text).filter { $0.contains("duplicate") }
    let expected = (0..<20).map {
      "\(2 * $0 + 2):1: duplicate key \"k\($0)\"; it is already given at line \(2 * $0 + 1)"
    }
    #expect(found == expected)
  }

  /// Bytes of a shipped document are replaced, removed and repeated; whatever comes out parses or has mistakes, and
  /// every mistake lies in the text.
  @Test func `Damaged documents have mistakes at places that exist`() throws {
    let original = Array(try String(contentsOfFile: "\(Document.shipped)/quickstart.yaml", encoding: .utf8))
    let alphabet = Array("[]{}:,-#&*!|>'\"%@`?0123456789eE.xaz \n\t~éλ")
    var refused = 0
    for round in 0..<300 {
      var random = CounterRandom(seed: 1, purpose: "damage", stream: UInt64(round))
      var text = original
      for _ in 0...Int.random(in: 0..<4, using: &random) {
        let place = Int.random(in: 0..<text.count, using: &random)
        switch Int.random(in: 0..<3, using: &random) {
        case 0: text[place] = alphabet[Int.random(in: 0..<alphabet.count, using: &random)]
        case 1: text.removeSubrange(place..<min(text.count, place + Int.random(in: 1..<30, using: &random)))
        default: text.insert(contentsOf: text[place..<min(text.count, place + 20)], at: place)
        }
      }
      do throws(DocumentError) {
        let space = try SearchSpace(parsing: String(text), path: "t")
        #expect(space.rule.middle.count == space.rule.openNumbers.count)
      } catch {
        refused += 1
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(!error.mistakes.isEmpty)
        #expect(
          error.mistakes.allSatisfy { (1...lines.count).contains($0.line) && $0.column >= 1 }, "\(error) \(lines.count)"
        )
      }
    }
    #expect(refused > 50)
  }

  @Test func `Files that cannot be read as text keep the reason`() throws {
    let folder = TemporaryFolder()
    let missing = #expect(throws: DocumentError.self) { try SearchSpace(contentsOf: folder("none.yaml")) }
    #expect(missing?.fileError?.code == .notFound)
    try Data([0x6e, 0x76, 0xff, 0xfe]).write(to: URL(fileURLWithPath: folder("latin.yaml")))
    let latin = #expect(throws: DocumentError.self) { try SearchSpace(contentsOf: folder("latin.yaml")) }
    #expect(latin?.description.hasSuffix("not UTF-8: the byte at offset 2 starts no character") == true)
    try Data(count: (1 << 20) + 1).write(to: URL(fileURLWithPath: folder("large.yaml")))
    let large = #expect(throws: DocumentError.self) { try SearchSpace(contentsOf: folder("large.yaml")) }
    #expect(large?.description.hasSuffix("the file has 1048577 bytes, expected at most 1048576") == true)
    let itself = #expect(throws: DocumentError.self) { try SearchSpace(contentsOf: folder.path) }
    #expect(itself?.description.contains("it is a folder, expected a file") == true)
  }
}
