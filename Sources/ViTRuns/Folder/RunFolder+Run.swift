internal import Foundation
internal import ViTFiles
internal import ViTMeasuring
internal import ViTStorage

extension RunFolder {
  /// Takes a folder for a run, as `existing` says.
  ///
  /// - Throws: `FileError` when the folder holds what the run may not touch, or another run is at work in it.
  convenience init(_ path: String, as layout: RunLayout, existing: ExistingResults) throws(FileError) {
    if existing == .resume {
      try self.init(resuming: path, as: layout)
    } else {
      try self.init(starting: path, as: layout, overwrite: existing == .replace)
    }
  }

  /// Does a run's work, and notes in the folder who did it when, and how it ended.
  ///
  /// - Parameters:
  ///   - name: Of what is trained or pruned.
  ///   - work: Ends with `CancellationError` or an `UnfinishedRun` by one where it was stopped.
  func carryOut<Outcome>(
    _ settings: any RunSettings, name: String, seed: UInt64, threads: Int, digests: InputDigests,
    _ work: () throws -> Outcome
  ) throws -> Outcome {
    let provenance = Provenance(
      kind: layout.kind, version: Version.current, name: name, seed: seed, device: Device.name,
      libraries: libraryVersions(), digests: digests)
    let run = Provenance.Run(
      version: Version.current, command: ["nvit"] + settings.commandLine, started: Date.now.formatted(.iso8601),
      threads: threads)
    try begin(provenance, run)
    do {
      let outcome = try work()
      try close(.completed)
      return outcome
    } catch {
      let cause = (error as? UnfinishedRun)?.cause ?? error
      // The error that ended the run matters more than a failure to note it down.
      try? close(cause is CancellationError ? .interrupted : .failed)
      throw error
    }
  }
}
