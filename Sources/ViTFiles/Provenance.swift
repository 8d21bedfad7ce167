/// Where a run's results come from, as `provenance.json` in its folder holds it, and a study's database as well.
package struct Provenance: Hashable, Sendable, SchemaDocument {
  package static let schemas = ["nvit.provenance/2", "nvit.provenance/1"]
  package static let fileName = "provenance.json"

  package var schema = Provenance.currentSchema
  /// Of run, such as "explore".
  package var kind: String
  /// The version of nvit that started the run.
  package var version: String
  /// What is searched, trained or pruned, by its name.
  package var name: String
  package var seed: UInt64
  /// The processor's name.
  package var device: String
  /// Versions of the libraries in use, by name.
  package var libraries: [String: String]
  /// SHA-256 of what the run is made from.
  package var digests: InputDigests
  /// One for the start and one for each resume.
  package var runs: [Run] = []

  package init(
    kind: String, version: String, name: String, seed: UInt64, device: String, libraries: [String: String],
    digests: InputDigests
  ) {
    self.kind = kind
    self.version = version
    self.name = name
    self.seed = seed
    self.device = device
    self.libraries = libraries
    self.digests = digests
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

  private enum CodingKeys: String, CodingKey {
    case schema, kind, version, name, seed, device, libraries, digests, runs
  }

  /// Keys of the first schema, which was of studies alone.
  private enum FormerKeys: String, CodingKey {
    case study
    case spaceDigest = "space_sha256"
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    schema = try container.decode(String.self, forKey: .schema)
    version = try container.decode(String.self, forKey: .version)
    seed = try container.decode(UInt64.self, forKey: .seed)
    device = try container.decode(String.self, forKey: .device)
    libraries = try container.decode([String: String].self, forKey: .libraries)
    runs = try container.decode([Run].self, forKey: .runs)
    if schema == Provenance.currentSchema {
      kind = try container.decode(String.self, forKey: .kind)
      name = try container.decode(String.self, forKey: .name)
      digests = try container.decode(InputDigests.self, forKey: .digests)
    } else {
      let former = try decoder.container(keyedBy: FormerKeys.self)
      kind = "explore"
      name = try former.decode(String.self, forKey: .study)
      digests = InputDigests([.space: try former.decode(String.self, forKey: .spaceDigest)])
    }
  }
}
