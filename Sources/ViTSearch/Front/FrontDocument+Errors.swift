internal import ViTFiles

extension FrontDocument {
  /// How far trainings of one member that differ in their seed alone lie apart.
  package struct SeedDeviation: Hashable, Sendable, Codable {
    /// Standard deviation of the accuracy, pooled over the members.
    package var value: Double
    package var degreesOfFreedom: Double
    /// Members with two seeds or more.
    package var members: Int
    /// P value of Bartlett's test that all members spread alike; nil where there is nothing to test. Below 0.01 a member
    /// that spreads more than the pooled deviation counts with its own.
    package var homogeneity: Double?

    private enum CodingKeys: String, SnakeCaseKey { case value, degreesOfFreedom, members, homogeneity }
  }
}
