/// How well saliencies foretell what removing a group does to the loss, on one model.
///
/// The truth is direct: each group alone is cut out, as pruning would, and the loss is measured again.
public struct SaliencyAudit: Hashable, Sendable, Codable {
  /// A group of neighbouring units.
  public struct Group: Hashable, Sendable, Codable {
    public var kind: UnitKind
    /// Counted from 0; nil for the embedding.
    public var block: Int?
    /// Indices in their list.
    public var units: [Int]
    /// Loss without the group, less the loss with it.
    public var lossChange: Double
    /// The sum of the units' scores by each saliency.
    public var scores: [String: Double]

    private enum CodingKeys: String, CodingKey {
      case kind, block, units
      case lossChange = "loss_change"
      case scores
    }
  }

  /// The rank correlation of a saliency's scores with the loss changes.
  public struct Correlation: Hashable, Sendable, Codable {
    public var saliency: SaliencyKind
    /// Nil for the groups of all kinds together.
    public var kind: UnitKind?
    /// Spearman's; nil where scores or loss changes are all the same.
    public var spearman: Double?
    /// The middle 95% of 1,000 bootstrap samples of the groups.
    public var lower: Double?
    public var upper: Double?
    /// Groups.
    public var count: Int
  }

  public static let currentSchema = "nvit.saliency-audit/1"

  public var schema = SaliencyAudit.currentSchema
  /// Images that the loss was measured on.
  public var imageCount: Int
  /// Batches that the saliencies were averaged over.
  public var batchCount: Int
  /// Loss of the whole model on those images.
  public var loss: Double
  public var correlations: [Correlation]
  public var groups: [Group]

  private enum CodingKeys: String, CodingKey {
    case schema
    case imageCount = "images"
    case batchCount = "batches"
    case loss, correlations, groups
  }
}
