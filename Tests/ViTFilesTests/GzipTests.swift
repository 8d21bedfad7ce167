import Foundation
import TestSupport
import Testing
import ViTFiles

@Suite struct `Gzip files` {
  /// Written by Python's gzip module.
  private static let sentence = "H4sIAAAAAAACAwvLLM7Mz1MoKUrMK07LL8pNLSrmAgDwJibZFAAAAA=="

  private func write(_ bytes: [UInt8]) throws -> (path: String, folder: TemporaryFolder) {
    let folder = TemporaryFolder()
    return (try folder.write(bytes, to: "file.gz"), folder)
  }

  private func message(_ bytes: [UInt8], limit: Int = 1 << 20) throws -> String? {
    let file = try write(bytes)
    let error = #expect(throws: FileError.self) { try Gzip.read(file.path, limit: limit) }
    #expect(error?.code == .malformed && error?.path == file.path)
    return error?.reason
  }

  @Test func `What another implementation compressed is read`() throws {
    let file = try write(Array(try #require(Data(base64Encoded: Self.sentence))))
    #expect(try Gzip.read(file.path, limit: 20) == Array("Vision transformers\n".utf8))
  }

  @Test func `Content longer than any buffer, and several members, are read whole`() throws {
    let content = (0..<700_000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 9) }
    let file = try write(GzipEncoding.member(content) + GzipEncoding.member([1, 2, 3]))
    #expect(try Gzip.read(file.path, limit: 700_003) == content + [1, 2, 3])
  }

  @Test(arguments: [1, 512, 200_000])
  func `Zeros after the last member are padding, anything else is not`(count: Int) throws {
    let padding = [UInt8](repeating: 0, count: count)
    let file = try write(GzipEncoding.member([7]) + padding)
    #expect(try Gzip.read(file.path, limit: 10) == [7])
    let both = try write(GzipEncoding.member([7]) + padding + GzipEncoding.member([8]))
    #expect(try Gzip.read(both.path, limit: 10) == [7, 8])
    #expect(try message(GzipEncoding.member([7]) + padding + [1, 2, 3])?.contains("corrupt") == true)
  }

  @Test func `Content is read in parts of any length`() throws {
    let file = try write(GzipEncoding.member(Array(0..<100)))
    var reader = try Gzip.Reader(path: file.path, allowsPlain: false)
    #expect(try reader.read(atMost: 1) == [0])
    #expect(try reader.read(atMost: 0) == [])
    #expect(try reader.read(atMost: 50) == Array(1...50))
    #expect(try reader.read(atMost: 50) == Array(51...99))
    #expect(try reader.read(atMost: 50) == [])
  }

  @Test func `A plain file passes only where that is allowed`() throws {
    let file = try write(Array("plain".utf8))
    #expect(try Gzip.read(file.path, limit: 5, allowsPlain: true) == Array("plain".utf8))
    #expect(try message(Array("plain".utf8)) == "not a gzip file: it does not start with the bytes 1f 8b")
  }

  @Test func `Content beyond the limit is refused`() throws {
    let member = GzipEncoding.member([UInt8](repeating: 0, count: 100_000))
    #expect(try message(member, limit: 99_999) == "the content has more than 99999 bytes")
    let file = try write(member)
    #expect(try Gzip.read(file.path, limit: 100_000).count == 100_000)
  }

  @Test func `Truncation anywhere is noticed`() throws {
    let member = GzipEncoding.member(Array(0..<100))
    for length in 2..<member.count {
      #expect(try message(Array(member[..<length]))?.hasPrefix("the gzip data is truncated") == true)
    }
  }

  @Test func `A wrong bit in the content or the trailer fails the checksum`() throws {
    let member = GzipEncoding.member(Array(0..<100))
    for (offset, reason) in [
      (20, "incorrect data check"), (-8, "incorrect data check"), (-1, "incorrect length check"),
    ] {
      var bytes = member
      bytes[offset < 0 ? bytes.count + offset : offset] ^= 0x10
      #expect(try message(bytes)?.contains(reason) == true)
    }
  }

  @Test func `Other bytes after the last member are refused`() throws {
    #expect(try message(GzipEncoding.member([1]) + [1, 2, 3])?.contains("incorrect header check") == true)
  }
}
