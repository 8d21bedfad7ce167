internal import ViTNumerics

/// Where a study comes from, as the database and `provenance.json` hold it.
public struct Provenance: Hashable, Sendable, Codable {
  public var schema = "nvit.provenance/1"
  /// The version of nvit that started the study.
  public var version: String
  public var study: String
  public var seed: UInt64
  /// SHA-256 of the space document.
  public var spaceDigest: String
  /// The processor's name.
  public var device: String
  /// Versions of the libraries in use, by name.
  public var libraries: [String: String]
  /// One for the start and one for each resume.
  public var runs: [Run] = []

  public init(
    version: String, study: String, seed: UInt64, documentText: String, device: String, libraries: [String: String]
  ) {
    self.version = version
    self.study = study
    self.seed = seed
    spaceDigest = SHA256.hexDigest(documentText.utf8)
    self.device = device
    self.libraries = libraries
  }

  public struct Run: Hashable, Sendable, Codable {
    public enum State: String, Hashable, Sendable, Codable {
      case running, completed, interrupted, failed
    }
    public var version: String
    /// The command line.
    public var command: [String]
    /// ISO 8601.
    public var started: String
    public var finished: String?
    public var state: State
    public var threads: Int
    /// Wall-clock seconds of each phase.
    public var phaseSeconds: [String: Double] = [:]
    /// Peak resident memory of each phase; nil where the system does not tell.
    public var peakMemoryBytes: [String: Int]?
    /// What the study had taken when the run ended, earlier runs included; nil for a run that was killed.
    public var studySeconds: Double?

    public init(version: String, command: [String], started: String, threads: Int) {
      self.version = version
      self.command = command
      self.started = started
      state = .running
      self.threads = threads
    }

    private enum CodingKeys: String, CodingKey {
      case version, command, started, finished, state, threads
      case phaseSeconds = "phase_seconds"
      case peakMemoryBytes = "peak_memory_bytes"
      case studySeconds = "study_seconds"
    }
  }

  private enum CodingKeys: String, CodingKey {
    case schema, version, study, seed
    case spaceDigest = "space_sha256"
    case device, libraries, runs
  }
}
