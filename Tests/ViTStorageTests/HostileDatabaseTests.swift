import Foundation
import TestSupport
import Testing
import ViTFiles
import ViTStorage

/// Databases that no SQLite wrote.
struct HostileDatabaseTests {
  private static let pageSize = 512

  /// Rows on pages whose every entry is one and the same row, which goes on over half of the file's pages.
  private func fileOfEntangledRows(pages: Int) -> [UInt8] {
    func bigEndian(_ number: Int, bytes: Int) -> [UInt8] {
      (0..<bytes).reversed().map { UInt8(number >> (8 * $0) & 0xff) }
    }
    func page(_ parts: [UInt8]...) -> [UInt8] {
      let bytes = parts.flatMap(\.self)
      return bytes + Array(repeating: 0, count: HostileDatabaseTests.pageSize - bytes.count)
    }
    var file = page(Array("SQLite format 3\0".utf8), bigEndian(HostileDatabaseTests.pageSize, bytes: 2))
    let leaves = pages / 2
    let (entries, local) = (228, 39)
    let start = 8 + 2 * entries
    // Of which 39 bytes lie on the page itself and 508 on each that follows.
    let size = local + (pages - leaves) * (HostileDatabaseTests.pageSize - 4)
    let length = [UInt8(size >> 14 | 0x80), UInt8(size >> 7 & 0x7f | 0x80), UInt8(size & 0x7f)]
    for _ in 0..<leaves {
      file += page(
        [0x0d, 0, 0] + bigEndian(entries, bytes: 2) + [0, 0, 0],
        (0..<entries).flatMap { _ in bigEndian(start, bytes: 2) },
        length + [1], Array(repeating: 0, count: local), bigEndian(leaves + 2, bytes: 4))
    }
    for number in leaves + 2..<pages + 3 { file += page(bigEndian(number + 1, bytes: 4)) }
    return file
  }

  /// Followed row by row, the pages would be read a thousand million times.
  @Test func `Rows that all go on over the same pages are given up`() throws {
    let folder = TemporaryFolder()
    try folder.write(fileOfEntangledRows(pages: 4000), to: "s/study.sqlite")
    let error = #expect(throws: FileError.self) {
      try StudySalvage.recover(StudyLocation(folder("s")), to: folder("new"))
    }
    #expect(error?.reason == "nothing of a study can be read in it")
    #expect(try folder.entries() == ["s"])
  }
}
