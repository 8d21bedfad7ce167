internal import ViTFiles
package import ViTNumerics

/// How well saliencies foretell what removing a group does to the loss, on one model.
///
/// The truth is direct: each group alone is cut out, as pruning would, and the loss is measured again.
package struct SaliencyAudit: Hashable, Sendable, Codable {
  /// A group of neighbouring units.
  package struct Group: Hashable, Sendable, Codable {
    package var kind: UnitKind
    /// Counted from 0; nil for the embedding.
    package var block: Int?
    /// Indices in their list.
    package var units: [Int]
    /// Loss without the group, less the loss with it.
    package var lossChange: Double
    /// The sum of the units' scores by each saliency.
    package var scores: [String: Double]

    private enum CodingKeys: String, SnakeCaseKey { case kind, block, units, lossChange, scores }
  }

  /// The rank correlation of a saliency's scores with the loss changes.
  package struct Correlation: Hashable, Sendable {
    package var saliency: SaliencyKind
    /// Nil for the groups of all kinds together.
    package var kind: UnitKind?
    /// Spearman's, with the middle 95% of 1,000 bootstrap samples of the groups; nil where scores or loss changes are
    /// all the same.
    package var spearman: Estimate?
    /// Groups.
    package var count: Int
  }

  package static let currentSchema = "nvit.saliency-audit/1"

  package var schema = SaliencyAudit.currentSchema
  /// Images that the loss was measured on.
  package var imageCount: Int
  /// Batches that the saliencies were averaged over.
  package var batchCount: Int
  /// Loss of the whole model on those images.
  package var loss: Double
  package var correlations: [Correlation]
  package var groups: [Group]

  private enum CodingKeys: String, SnakeCaseKey {
    case schema, imageCount = "images", batchCount = "batches", loss, correlations, groups
  }
}
