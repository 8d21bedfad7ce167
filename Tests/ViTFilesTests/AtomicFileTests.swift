import Foundation
import TestSupport
import Testing
import ViTFiles

@Suite struct `Atomic files` {
  @Test func `Content replaces what was there and leaves nothing else behind`() throws {
    let folder = TemporaryFolder()
    try AtomicFile.write("first", to: folder("file.txt"))
    try AtomicFile.write("second, ü", to: folder("file.txt"))
    #expect(try FileContents.readText(folder("file.txt")) == "second, ü")
    #expect(try folder.entries() == ["file.txt"])
  }

  /// `/dev/full` answers every write as a full disk does.
  @Test func `A full disk keeps the old content and names the reason`() throws {
    let folder = TemporaryFolder()
    try AtomicFile.write("old", to: folder("file.txt"))
    let full = open("/dev/full", O_WRONLY)
    try #require(full >= 0)
    defer { close(full) }
    let error = #expect(throws: FileError.self) {
      try AtomicFile.write(to: folder("file.txt")) { (file: FileDescriptorWriter) throws(FileError) in
        try file.write(Data("new".utf8))
        try FileDescriptorWriter(descriptor: full, path: folder("file.txt")).write(Data("new".utf8))
      }
    }
    #expect(error?.code == .cannotWrite)
    #expect(error?.description == "cannot write \(folder("file.txt")): No space left on device")
    #expect(try FileContents.readText(folder("file.txt")) == "old")
    #expect(try folder.entries() == ["file.txt"])
  }

  /// The system's own folder `/proc` refuses new files, also to the superuser.
  @Test(arguments: [
    ("/proc/nvit-test.txt", "No such file or directory"),
    ("/proc/version/file.txt", "Not a directory"),
    ("/proc/self/no-such-folder/file.txt", "No such file or directory"),
  ])
  func `A path that cannot be created is an error of writing`(path: String, reason: String) {
    let error = #expect(throws: FileError.self) { try AtomicFile.write("text", to: path) }
    #expect(error?.code == .cannotCreate)
    #expect(error?.description == "cannot write \(path): \(reason)")
  }

  @Test func `A folder is not replaced by a file`() throws {
    let folder = TemporaryFolder()
    try folder.write([1], to: "inner/file")
    let error = #expect(throws: FileError.self) { try AtomicFile.write("text", to: folder("inner")) }
    #expect(error?.code == .cannotWrite)
    #expect(try folder.entries() == ["inner"])
  }
}
