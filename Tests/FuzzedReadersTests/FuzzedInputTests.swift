import Foundation
import FuzzedReaders
import Testing

/// Inputs that readers once did not take as they should, each with what is right. `make fuzz` finds more of them.
struct FuzzedInputTests {
  /// A file in `Inputs` and part of the message that refuses it; nil where it is right to accept it.
  struct Input: CustomTestStringConvertible {
    var file: String
    var message: String?

    init(_ file: String, refusedWith message: String?) {
      self.file = file
      self.message = message
    }

    var testDescription: String { file }
    var reader: FuzzedReader? { FuzzedReader(rawValue: String(file.prefix { $0 != "/" })) }
  }

  static let inputs = [
    // Took 240 GiB before it looked for the first tensor.
    Input("checkpoint/state-of-64-billion-weights", refusedWith: "is missing")
  ]

  @Test(arguments: inputs)
  func `An input that was once read wrongly is refused with its reason`(input: Input) throws {
    let reader = try #require(input.reader)
    let path = try #require(Bundle.module.path(forResource: "Inputs/\(input.file)", ofType: nil))
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    switch try ReaderTrial(reader).outcome(of: bytes) {
    case .accepted: #expect(input.message == nil, "\(input.file) was accepted")
    case .refused(let message):
      let expected = try #require(input.message, "\(input.file) was refused: \(message)")
      #expect(message.contains(expected), "\(message)")
    case .unfit(let reason): Issue.record("\(input.file): \(reason)")
    }
  }

  @Test func `Every stored input is tried`() throws {
    let folder = try #require(Bundle.module.path(forResource: "Inputs", ofType: nil))
    let stored = try FileManager.default.subpathsOfDirectory(atPath: folder).filter { $0.contains("/") }
    #expect(Set(stored) == Set(FuzzedInputTests.inputs.map(\.file)))
  }

  @Test(arguments: FuzzedReader.allCases)
  func `No bytes and a few bytes of any kind are refused with a reason`(reader: FuzzedReader) throws {
    let trial = try ReaderTrial(reader)
    for bytes in [[], [0], [0x7b], Array(repeating: 0xff, count: 64), Array(repeating: 0x5b, count: 2048)] as [[UInt8]]
    {
      if case .unfit(let reason) = trial.outcome(of: bytes) { Issue.record("\(reader): \(reason)") }
    }
  }
}
