package import ViTArchitecture
internal import ViTFiles

/// The fields of an architecture that all members of a space share; a latency model holds for one such shape.
package struct LatencyShape: Hashable, Sendable, Codable {
  package var imageSize: Int
  package var channels: Int
  package var patchSize: Int
  package var classCount: Int
  package var hasDistillationToken: Bool

  package init(_ architecture: Architecture) {
    imageSize = architecture.imageSize
    channels = architecture.channels
    patchSize = architecture.patchSize
    classCount = architecture.classCount
    hasDistillationToken = architecture.hasDistillationToken
  }

  private enum CodingKeys: String, SnakeCaseKey {
    case imageSize, channels, patchSize, classCount = "classes", hasDistillationToken = "distillation_token"
  }

  /// - Throws: `LatencyError` that names the first field in which the architecture differs.
  package func require(_ architecture: Architecture) throws(LatencyError) {
    let other = LatencyShape(architecture)
    func check(_ name: String, _ found: Int, _ expected: Int) throws(LatencyError) {
      guard found == expected else {
        throw LatencyError(.outOfRange, "\(name) is \(found), the latency model was fitted with \(expected)")
      }
    }
    try check("image size", other.imageSize, imageSize)
    try check("channels", other.channels, channels)
    try check("patch size", other.patchSize, patchSize)
    try check("classes", other.classCount, classCount)
    try check("number of prefix tokens", other.hasDistillationToken ? 2 : 1, hasDistillationToken ? 2 : 1)
  }
}
