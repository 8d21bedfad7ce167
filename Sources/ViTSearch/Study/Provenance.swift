internal import ViTFiles
internal import ViTNumerics

/// Where a study comes from, as the database and `provenance.json` hold it.
package struct Provenance: Hashable, Sendable, Codable {
  package var schema = "nvit.provenance/1"
  /// The version of nvit that started the study.
  package var version: String
  package var study: String
  package var seed: UInt64
  /// SHA-256 of the space document.
  package var spaceDigest: String
  /// The processor's name.
  package var device: String
  /// Versions of the libraries in use, by name.
  package var libraries: [String: String]
  /// One for the start and one for each resume.
  package var runs: [Run] = []

  package init(
    version: String, study: String, seed: UInt64, documentText: String, device: String, libraries: [String: String]
  ) {
    self.version = version
    self.study = study
    self.seed = seed
    spaceDigest = SHA256.hexDigest(documentText.utf8)
    self.device = device
    self.libraries = libraries
  }

  package struct Run: Hashable, Sendable, Codable {
    package enum State: String, Hashable, Sendable, Codable {
      case running, completed, interrupted, failed
    }
    package var version: String
    /// The command line.
    package var command: [String]
    /// ISO 8601.
    package var started: String
    package var finished: String?
    package var state: State
    package var threads: Int
    /// Wall-clock seconds of each phase.
    package var phaseSeconds: [String: Double] = [:]
    /// Peak resident memory of each phase; nil where the system does not tell.
    package var peakMemoryBytes: [String: Int]?
    /// What the study had taken when the run ended, earlier runs included; nil for a run that was killed.
    package var studySeconds: Double?

    package init(version: String, command: [String], started: String, threads: Int) {
      self.version = version
      self.command = command
      self.started = started
      state = .running
      self.threads = threads
    }

    private enum CodingKeys: String, SnakeCaseKey {
      case version, command, started, finished, state, threads, phaseSeconds, peakMemoryBytes, studySeconds
    }
  }

  private enum CodingKeys: String, SnakeCaseKey {
    case schema, version, study, seed, spaceDigest = "space_sha256", device, libraries, runs
  }
}
