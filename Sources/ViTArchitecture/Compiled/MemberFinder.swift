/// Finds members of a rule's family with their cost, in memory that is used again for the next one.
///
/// Implementations find the same members with the same costs, bit by bit: those of `ScalingRule.architecture(at:)`.
package protocol MemberFinder: Sendable {
  /// What every member shares; its embedding and blocks mean nothing.
  var frame: Architecture { get }

  /// Memory for one member.
  func makeMember() -> CompiledMember

  /// The member at a point of the unit cube.
  ///
  /// - Parameters:
  ///   - point: One coordinate for each open number.
  ///   - member: Memory that this finder made. Without a member there, it means nothing afterwards.
  /// - Returns: Whether there is a valid architecture.
  func find(at point: [Double], _ member: inout CompiledMember) -> Bool
}

extension MemberFinder {
  /// The key of an architecture that shares the family's frame; nil for any other.
  package func key(of architecture: Architecture) -> ArchitectureKey? {
    var bare = architecture
    bare.embedding = frame.embedding
    bare.blocks = frame.blocks
    return bare == frame ? ArchitectureKey(architecture) : nil
  }
}

extension ScalingRule {
  /// The quickest way to find a great many members of the family: by tables where they can be made.
  package var memberFinder: any MemberFinder { CompiledRule(self) ?? EvaluatedRule(self) }
}
