package import ViTArchitecture
package import ViTNumerics

/// Predicts what one inference batch of an architecture takes.
package protocol LatencyPredictor: Sendable {
  /// - Throws: When the architecture lies outside what the predictor can speak for; the error says which dimension.
  func predict(_ architecture: Architecture) throws -> Estimate

  /// What was measured of this very architecture, beside what predictions rest on; nil where nothing was.
  func measured(_ architecture: Architecture) -> Estimate?

  /// The predictor corrected by what single networks took; itself where it has no way to take that into account.
  func corrected(by latencies: [(architecture: Architecture, latency: Estimate)]) throws -> any LatencyPredictor

  /// Whether what `predict` says rests on what was measured.
  func support(of architecture: Architecture) -> LatencySupport

  /// The predictor prepared for members of a family; nil if it has no such form, or cannot speak for any member.
  ///
  /// - Parameter frame: What all members share.
  func compiled(for frame: Architecture) -> (any CompiledLatency)?
}

extension LatencyPredictor {
  /// Inside where there is a prediction.
  package func support(of architecture: Architecture) -> LatencySupport {
    do {
      _ = try predict(architecture)
      return .inside
    } catch {
      return .outside(reason: "\(error)")
    }
  }

  package func compiled(for frame: Architecture) -> (any CompiledLatency)? { nil }

  package func measured(_ architecture: Architecture) -> Estimate? { nil }

  package func corrected(
    by latencies: [(architecture: Architecture, latency: Estimate)]
  ) throws -> any LatencyPredictor { self }

  /// Measured where that is known, else predicted.
  ///
  /// - Throws: What `predict` throws.
  package func latency(of architecture: Architecture) throws -> Estimate {
    try measured(architecture) ?? predict(architecture)
  }
}

/// A latency predictor prepared for a great many members of one family.
package protocol CompiledLatency: Sendable {
  /// Exactly the seconds that the predictor gives for the architecture, without allocating; nil where it cannot speak
  /// for the architecture, or `support(of:)` says that nothing like it was measured.
  func seconds(of member: CompiledMember) -> Double?
}
