package import ViTArchitecture

/// A latency predictor prepared for a great many members of one family.
package protocol CompiledLatency: Sendable {
  /// Exactly the seconds that the predictor gives for the architecture, without allocating; nil where it cannot speak
  /// for the architecture.
  func seconds(of member: CompiledMember) -> Double?
}
