public import ViTArchitecture

/// An architecture drawn from a space, with its predicted latency.
public struct Candidate: Hashable, Sendable {
  public var architecture: Architecture
  /// Where in the unit cube it was drawn; the first such place if several give the same architecture.
  public var point: [Double]
  /// The open numbers' values there, by name.
  public var values: [String: Double]
  public var latency: LatencyEstimate

  public init(architecture: Architecture, point: [Double], values: [String: Double], latency: LatencyEstimate) {
    self.architecture = architecture
    self.point = point
    self.values = values
    self.latency = latency
  }

  /// The architecture's. It takes longer to compute than all else about a candidate, so it is not kept for the many
  /// that are never chosen.
  public var digest: String { architecture.digest }
}

/// What became of the points drawn from a space.
public struct DrawingReport: Hashable, Sendable, Codable {
  public var drawn = 0
  /// Points where the rule gives no valid architecture.
  public var invalid = 0
  /// Points that gave an architecture already drawn, or a baseline.
  public var duplicates = 0
  /// Distinct architectures that the latency model cannot speak for.
  public var unpredictable = 0
  /// Distinct architectures that each constraint excludes, alone or with others.
  public var excluded: [Exclusion] = []
  /// Distinct architectures that meet every constraint.
  public var feasible = 0

  public init() {}

  /// How many architectures one constraint excludes.
  public struct Exclusion: Hashable, Sendable, Codable {
    public var constraint: String
    public var count: Int
  }
}
