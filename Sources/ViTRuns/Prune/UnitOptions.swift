package import ViTPruning

/// What is asked of the units that a pruning removes; what is not named has its usual value.
package struct UnitOptions: Hashable, Sendable {
  /// Units that are removed together.
  package var groupSizes: [UnitKind: Int] = [:]
  /// Units of a list that stay.
  package var floors: [UnitKind: Int] = [:]
  /// What the sum over a unit's tensors is divided by.
  package var divisors: [UnitKind: Double] = [:]
  package var keepsMultiplesOf16 = false

  package init() {}
}
