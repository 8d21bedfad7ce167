package import ViTArchitecture
package import ViTNumerics

/// An architecture drawn from a space, with its latency, measured or predicted.
package struct Candidate: Hashable, Sendable {
  package var architecture: Architecture
  /// Where in the unit cube it was drawn; the first such place if several give the same architecture.
  package var point: [Double]
  /// The open numbers' values there, by name.
  package var values: [String: Double]
  package var latency: Estimate
  /// Whether the latency was measured, of this very architecture.
  package var isMeasured = false

  /// The architecture's. It takes longer to compute than all else about a candidate, so it is not kept for the many
  /// that are never chosen.
  package var digest: String { architecture.digest }
}

/// What became of the points drawn from a space.
package struct DrawingReport: Hashable, Sendable, Codable {
  package var drawn = 0
  /// Points where the rule gives no valid architecture.
  package var invalid = 0
  /// Points that gave an architecture already drawn, or a baseline.
  package var duplicates = 0
  /// Distinct architectures that meet the constraints on size, but lie outside what the latency model was measured on.
  package var unpredictable = 0
  /// Distinct architectures that each constraint excludes, alone or with others.
  package var excluded: [Exclusion] = []
  /// Distinct architectures that meet every constraint.
  package var feasible = 0

  package init() {}

  /// How many architectures one constraint excludes.
  package struct Exclusion: Hashable, Sendable, Codable {
    package var constraint: String
    package var count: Int

    package init(constraint: String, count: Int) {
      self.constraint = constraint
      self.count = count
    }
  }
}
