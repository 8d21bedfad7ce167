public import ViTArchitecture

/// The dimensions that survived one pruning run: the dense architecture and what was left at each target.
public struct PrunedDimensions: Sendable {
  /// Where it comes from, for the record.
  public var source: String
  public var seed: UInt64
  public var dense: Architecture
  /// From the mildest target to the hardest.
  public var snapshots: [(target: String, architecture: Architecture)]

  public init(
    source: String, seed: UInt64, dense: Architecture, snapshots: [(target: String, architecture: Architecture)]
  ) {
    self.source = source
    self.seed = seed
    self.dense = dense
    self.snapshots = snapshots
  }
}
