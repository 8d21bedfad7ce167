import Foundation
import TestSupport
import Testing
import ViTFiles

@Suite struct `File contents` {
  @Test func `A file is read whole, also one longer than a piece`() throws {
    let folder = TemporaryFolder()
    let bytes = (0..<600_000).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ $0 >> 8) }
    let path = try folder.write(bytes, to: "file")
    #expect(try Array(FileContents.read(path)) == bytes)
  }

  @Test func `A file of unknown size is read to its end`() throws {
    #expect(try FileContents.readText("/proc/self/stat").contains(String(getpid())))
  }

  @Test func `Missing files, folders and devices are refused`() {
    let folder = TemporaryFolder()
    for (path, code, reason) in [
      (folder("none"), FileError.Code.notFound, "No such file or directory"),
      (folder.path, .cannotRead, "it is a folder, expected a file"),
      ("/dev/zero", .cannotRead, "it is a device, expected a file"),
    ] {
      let error = #expect(throws: FileError.self) { try FileContents.read(path) }
      #expect(error?.code == code)
      #expect(error?.description == "cannot read \(path): \(reason)")
    }
  }

  @Test func `A file beyond the limit is refused, one at the limit is not`() throws {
    let folder = TemporaryFolder()
    let path = try folder.write([UInt8](repeating: 65, count: 11), to: "eleven")
    #expect(try FileContents.read(path, limit: 11).count == 11)
    let error = #expect(throws: FileError.self) { try FileContents.read(path, limit: 10) }
    #expect(error?.description == "\(path): the file has 11 bytes, expected at most 10")
    #expect(throws: FileError.self) { try FileContents.read("/proc/self/stat", limit: 10) }
  }

  @Test func `A byte order mark before a text is no part of it, and elsewhere it is`() throws {
    let folder = TemporaryFolder()
    let mark: [UInt8] = [0xef, 0xbb, 0xbf]
    let path = try folder.write(mark + Array("a,b".utf8) + mark, to: "text.csv")
    #expect(try FileContents.readText(path).unicodeScalars.map(\.value) == [0x61, 0x2c, 0x62, 0xfeff])
    #expect(try FileContents.read(path).count == 9)
  }

  /// As Windows' shells write it, and as YAML 1.2 and JSON know it: RFC 2781, section 3.
  @Test(arguments: [true, false]) func `A text of UTF-16 is read by its mark`(isBigEndian: Bool) throws {
    let folder = TemporaryFolder()
    let units = [0xfeff] + Array("nvit: é 名 😀\r\n".utf16)
    func bytes(_ units: [UInt16]) -> [UInt8] {
      units.flatMap { unit in withUnsafeBytes(of: isBigEndian ? unit.bigEndian : unit.littleEndian) { Array($0) } }
    }
    #expect(try FileContents.readText(folder.write(bytes(units), to: "text")) == "nvit: é 名 😀\r\n")
    #expect(try FileContents.readText(folder.write(bytes([0xfeff]), to: "empty")).isEmpty)
    let cut = #expect(throws: FileError.self) {
      try FileContents.readText(folder.write(Array(bytes(units).dropLast()), to: "cut"))
    }
    #expect(cut?.reason.contains("ends within a character") == true)
    let half = #expect(throws: FileError.self) {
      try FileContents.readText(folder.write(bytes([0xfeff, 0xd83d, 0x41]), to: "half"))
    }
    #expect(half?.reason.contains("half characters") == true)
  }

  @Test(arguments: [
    ([0x41, 0xff, 0x42], 1), ([0xef, 0x41], 0), ([0x41, 0x42, 0xc3], 2), ([0xed, 0xa0, 0x80], 0),
  ])
  func `Text that is not UTF-8 is refused with its first offset`(bytes: [UInt8], offset: Int) throws {
    let folder = TemporaryFolder()
    let path = try folder.write(bytes, to: "text")
    let error = #expect(throws: FileError.self) { try FileContents.readText(path) }
    #expect(error?.code == .malformed)
    #expect(error?.reason == "not UTF-8: the byte at offset \(offset) starts no character")
  }
}
