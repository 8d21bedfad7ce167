internal import ViTArchitecture
internal import ViTSearch

/// Finds the latency model that belongs to a search space.
enum LatencyModelLookup {
  /// - Parameter explicitFile: A model's path that the user gave; it wins.
  /// - Returns: Nil when there is no model for the space on this machine.
  static func predictor(
    for space: SearchSpace, explicitFile: String?
  ) throws -> (any LatencyPredictor)? {
    nil
  }
}
