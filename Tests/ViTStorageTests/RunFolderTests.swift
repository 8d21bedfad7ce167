import Foundation
import TestSupport
import Testing
import ViTFiles
import ViTStorage

@Suite struct `A run's folder` {
  private let folder = TemporaryFolder()
  static let kinds = RunLayout.all

  private func take(_ name: String, as layout: RunLayout, overwrite: Bool = false) throws(FileError) -> RunFolder {
    try RunFolder(starting: folder(name), as: layout, overwrite: overwrite)
  }

  private func provenance(_ layout: RunLayout) -> Provenance {
    Provenance(
      kind: layout.kind, version: "1", name: "tiny", seed: 3, device: "none", libraries: [:],
      digests: InputDigests([.data: "d"]))
  }

  @Test(arguments: kinds) func `belongs to one run at a time, of whatever kind`(layout: RunLayout) throws {
    let held = try take("run", as: layout)
    for other in RunLayout.all {
      let error = #expect(throws: FileError.self) { try take("run", as: other) }
      #expect(error?.code == .locked && error?.description.contains("another run is at work") == true)
    }
    withExtendedLifetime(held) {}
  }

  /// `flock` here is util-linux's, another process.
  @Test(arguments: kinds) func `held by another process is refused`(layout: RunLayout) throws {
    _ = try NewFolders(at: folder("run"))
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/flock")
    process.arguments = ["--exclusive", folder("run"), "sh", "-c", "echo held; cat"]
    let (input, output) = (Pipe(), Pipe())
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    _ = output.fileHandleForReading.availableData
    let error = #expect(throws: FileError.self) { try take("run", as: layout) }
    #expect(error?.code == .locked)
    try input.fileHandleForWriting.close()
    process.waitUntilExit()
    #expect(throws: Never.self) { try take("run", as: layout) }
  }

  @Test(arguments: kinds) func `is not taken over by a run of another kind, whatever it is told`(layout: RunLayout)
    throws
  {
    try AtomicFile.write("mark", to: try take("run", as: layout)(layout.firstMark))
    for other in RunLayout.all where other.kind != layout.kind {
      for overwrite in [false, true] {
        let error = #expect(throws: FileError.self) { try take("run", as: other, overwrite: overwrite) }
        #expect(error?.code == .alreadyExists && error?.description.contains(layout.firstMark) == true)
      }
      let resumed = #expect(throws: FileError.self) { try RunFolder(resuming: folder("run"), as: other) }
      #expect(resumed?.code == .notFound)
    }
    let own = #expect(throws: FileError.self) { try take("run", as: layout) }
    for option in ["--resume", "--to", "--overwrite"] { #expect(own?.description.contains(option) == true) }
    #expect(throws: Never.self) { try take("run", as: layout, overwrite: true) }
    #expect(throws: Never.self) { try RunFolder(resuming: folder("run"), as: layout) }
  }

  @Test func `is cleared of the run's own files only`() throws {
    for name in [
      "notes.txt", "snapshots/0.5x/weights.safetensors", "snapshots/mine.txt", "run.json", "state/state.json",
    ] {
      _ = try NewFolders(forFile: folder("run/\(name)"))
      try AtomicFile.write("x", to: folder("run/\(name)"))
    }
    try AtomicFile.write("x", to: folder("run/run.json.12.34.partial"))
    try take("run", as: .prune, overwrite: true).clear()
    let left = try FileManager.default.subpathsOfDirectory(atPath: folder("run")).sorted()
    #expect(left == ["notes.txt", "snapshots", "snapshots/mine.txt"])
  }

  @Test func `that was made for nothing goes away again`() throws {
    try take("new/run", as: .train).discard()
    #expect(!FileManager.default.fileExists(atPath: folder("new")))
    _ = try NewFolders(at: folder("old"))
    try take("old", as: .train).discard()
    #expect(FileManager.default.fileExists(atPath: folder("old")))
  }

  @Test func `notes every run that worked in it, and how it ended`() throws {
    let run = Provenance.Run(version: "1", command: ["nvit", "train"], started: "now", threads: 2)
    do {
      let held = try take("run", as: .train)
      try AtomicFile.write("{}", to: held("train.json"))
      try held.begin(provenance(.train), run)
      try held.close(.interrupted)
    }
    let held = try RunFolder(resuming: folder("run"), as: .train)
    try held.begin(provenance(.train), run)
    let noted = try #require(try held.provenance())
    #expect(noted.runs.map(\.state) == [.interrupted, .running] && noted.digests[.data] == "d")
    #expect(noted.runs[0].finished != nil)
  }

  @Test func `of a study that an older version began is read as it was`() throws {
    try AtomicFile.write(
      """
      {"schema": "nvit.provenance/1", "version": "0.1.0", "study": "old", "seed": 2, "space_sha256": "abc",
       "device": "none", "libraries": {}, "runs": []}
      """, to: folder("provenance.json"))
    let found = try Provenance.read(path: folder("provenance.json"))
    #expect(found.kind == "explore" && found.name == "old" && found.digests[.space] == "abc")
    #expect(found.schema == Provenance.currentSchema)
  }
}

extension RunLayout {
  /// The file that tells runs of other kinds what the folder holds.
  fileprivate var firstMark: String {
    switch kind {
    case "explore": "study.sqlite"
    case "train": "training.json"
    case "prune": "run.json"
    case "finetune": "finetuned.json"
    default: "steps.json"
    }
  }
}
