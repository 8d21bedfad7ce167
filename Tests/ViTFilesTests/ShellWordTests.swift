import Foundation
import TestSupport
import Testing
import ViTFiles

@Suite struct `Words for a shell` {
  static let words = [
    "plain", "outputs/my-study_1.yaml", "a=b", "--to=x", "my folder", "", "it's", "''", "a\"b", "$HOME", "`id`", "a;b",
    "a&b", "a|b", "*", "?", "[a]", "{a,b}", "~", "~root/x", "#x", "a#b", "!x", "a\\b", "a\nb", "a\tb", "-x", "(a)", "<",
    ">",
    "é", "名 前", "a\u{a0}b", "\u{3000}", "\u{202e}x", "%41", "0.5x,0.3x",
  ]

  /// A shell is the judge: it hands back each word as it was, one for one.
  @Test(arguments: ["/bin/sh", "/bin/bash"]) func `are read by it as they were`(shell: String) throws {
    guard FileManager.default.isExecutableFile(atPath: shell) else { return }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: shell)
    process.arguments = ["-c", "printf '%s\\0' " + ShellWord.line(Self.words)]
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    let read = data.split(separator: 0, omittingEmptySubsequences: false).dropLast().map {
      String(decoding: $0, as: UTF8.self)
    }
    #expect(read == Self.words)
  }

  @Test func `that need no quotes have none`() {
    #expect(
      ShellWord.line(["nvit", "train", "a-b/c_d.yaml", "--to=x", "0.5x,12ms"])
        == "nvit train a-b/c_d.yaml --to=x 0.5x,12ms")
    #expect(ShellWord.argument(path: "-x") == "./-x" && ShellWord.argument(path: "x/-y") == "x/-y")
  }
}
