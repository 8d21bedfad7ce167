import Foundation
import TestSupport
import Testing
import ViTFiles

@Suite struct `Paths within a project` {
  @Test(arguments: [
    ("/p/outputs/dense/weights", "/p/outputs/pruned", "../dense/weights"),
    ("/p/data", "/p/outputs/runs/one", "../../../data"),
    ("/p/outputs/run/x", "/p/outputs/run", "x"), ("/p/outputs/run", "/p/outputs/run", "."),
    ("/p/data", "/p/run", "../data"),
    ("/p/./a/../data", "/p/outputs/run/", "../../data"),
  ]) func `are kept relative to the run's folder`(path: String, folder: String, stored: String) {
    #expect(ProjectPath.stored(path, in: folder) == stored)
    let moved = folder.replacing("/p/", with: "/elsewhere/q/")
    #expect(
      ProjectPath.resolved(stored, in: moved) == ProjectPath.absolute(path).replacing("/p/", with: "/elsewhere/q/"))
  }

  @Test(arguments: [("/usr/share/data", "/p/outputs/run"), ("/data", "/run"), ("/p/data", "/q/outputs/run")])
  func `and absolute outside of it`(path: String, folder: String) {
    #expect(ProjectPath.stored(path, in: folder) == path)
    #expect(ProjectPath.resolved(path, in: "/anywhere") == path)
  }

  @Test func `start from the working folder where they are relative themselves`() {
    let working = FileManager.default.currentDirectoryPath
    #expect(ProjectPath.absolute("a/b") == working + "/a/b")
    #expect(ProjectPath.stored("data", in: "runs/deep/run") == "../../../data")
  }
}

@Suite struct `A document that names its schema` {
  private struct Note: SchemaDocument {
    static let schemas = ["nvit.note/2", "nvit.note/1"]
    var schema = Note.currentSchema
    var text: String
  }

  private let folder = TemporaryFolder()

  @Test func `is read in every schema that it knows, and refused by name in others`() throws {
    for (found, isKnown) in [("nvit.note/2", true), ("nvit.note/1", true), ("nvit.note/3", false)] {
      try AtomicFile.write("{\"schema\": \"\(found)\", \"text\": \"a\"}", to: folder("note"))
      if isKnown {
        #expect(try Note.read(path: folder("note")).schema == "nvit.note/2")
      } else {
        // Before its keys, which may be others.
        try AtomicFile.write("{\"schema\": \"\(found)\"}", to: folder("note"))
        let error = #expect(throws: FileError.self) { try Note.read(path: folder("note")) }
        #expect(error?.code == .malformed)
        #expect(error?.reason.contains("is \"nvit.note/3\", expected \"nvit.note/2\" or \"nvit.note/1\"") == true)
      }
    }
  }
}

@Suite struct `Inputs known by digest` {
  @Test func `are compared where both know them, and named with both digests`() throws {
    let started = InputDigests([.data: "one", .dense: "same"])
    #expect(throws: Never.self) {
      try InputDigests([.dense: "same", .teacher: "new"]).check(against: started, folder: "run")
    }
    let error = #expect(throws: FileError.self) {
      try InputDigests([.data: "two"]).check(against: started, folder: "run", places: [.data: "there"])
    }
    #expect(error?.code == .changed && error?.path == "run")
    #expect(error?.reason.contains("data set in there is two, expected one") == true)
  }
}
