import Foundation
import TestSupport
import Testing
import ViTFiles

@Suite struct `Folders for results` {
  private let temporary = TemporaryFolder()

  private func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: temporary(name)) }

  @Test func `are made with those above them, and the empty ones go away again`() throws {
    try FileManager.default.createDirectory(atPath: temporary("old"), withIntermediateDirectories: false)
    let folders = try NewFolders(at: temporary("old/a/b/"))
    #expect(folders.made.count == 2 && exists("old/a/b"))
    try AtomicFile.write("kept", to: temporary("old/a/file"))
    folders.removeEmpty()
    #expect(!exists("old/a/b") && exists("old/a/file"))
    #expect(try NewFolders(at: temporary("old")).made.isEmpty)
  }

  @Test func `under a file, or without a name, are refused with the reason`() throws {
    try AtomicFile.write("text", to: temporary("file"))
    for path in [temporary("file"), temporary("file/below"), temporary("file/below/it")] {
      let error = #expect(throws: FileError.self) { try NewFolders(at: path) }
      #expect(error?.description == "cannot write \(path): Not a directory")
    }
    let error = #expect(throws: FileError.self) { try NewFolders(at: "") }
    #expect(error?.description.contains("the path is empty") == true)
  }

  @Test func `for a file are those above it`() throws {
    let folders = try NewFolders(forFile: temporary("new/result.json"))
    #expect(folders.made == [temporary("new")])
    #expect(try NewFolders(forFile: "result.json").made.isEmpty)
  }
}
