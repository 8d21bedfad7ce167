package import ViTArchitecture
internal import ViTFiles
internal import ViTNumerics

/// A search space around mined rules, as the text of a document that `nvit explore` accepts.
package struct MinedDocument: Sendable {
  /// Letters, digits, -, _ and ., at most 64.
  package var name: String
  /// Where the document is going to lie, for the command in its heading.
  package var path: String
  package var regularities: Regularities
  package var training: Training
  /// In the words of a document, without the name of a baseline: "0.5x" or "12ms".
  package var targets: [String]
  /// What attention logits are multiplied by in the pruned models.
  package var attentionScale: Architecture.AttentionScale
  /// Such as "nvit 0.1.0, 2026-01-31".
  package var origin: String
  /// Whether bases and contrasts are open over their intervals, or fixed as fitted. The embedding is always open.
  package var isOpen = true

  /// What the dense model was trained with.
  package struct Training: TrainingSource, Hashable, Sendable {
    /// Paths are absolute, or start from the document's folder.
    package var dataset: DatasetSpecification
    package var recipe: TrainingRecipe
    package var latency: LatencySettings

    package init(dataset: DatasetSpecification, recipe: TrainingRecipe, latency: LatencySettings) {
      self.dataset = dataset
      self.recipe = recipe
      self.latency = latency
    }
  }

  /// A document with the targets that the families were pruned to.
  package init(
    name: String, path: String, regularities: Regularities, training: Training,
    attentionScale: Architecture.AttentionScale, origin: String
  ) {
    self.name = name
    self.path = path
    self.regularities = regularities
    self.training = training
    targets = regularities.embeddingShares.map(\.target)
    self.attentionScale = attentionScale
    self.origin = origin
  }

  /// The document, read back.
  ///
  /// - Throws: `DocumentError` when the parser refuses it.
  package func parsed() throws(DocumentError) -> SearchSpace { try SearchSpace(parsing: text, path: path) }

  package var text: String {
    let dense = regularities.dense
    let (least, most) = embeddingRange
    let step = regularities.embedding.groupSize
    let embedding = least == most ? "\(least)" : "{from: \(least), through: \(most), step: \(step)}"
    let rule = regularities.kinds.map { dimension($0) }.joined(separator: "\n")
    return """
      \(heading)
      nvit: 1
      name: \(name)
      summary: Rules mined from what survives pruning.

      architecture:
        image-size: \(dense.imageSize)
        channels: \(dense.channels)
        patch-size: \(dense.patchSize)
        classes: \(dense.classCount)
        distillation-token: \(dense.hasDistillationToken)
        depth: \(dense.depth)
        # The snapshots', and on at both ends, so that the first and the last target have members on either side.
        embedding: \(embedding)
        # As in the pruned models.
        attention-scale: \(MinedDocument.text(attentionScale))

      rule:
      \(rule)

      # The dense model that was pruned, and narrower ones of its proportions.
      baselines:
      \(baselines.map { "  - {\($0)}" }.joined(separator: "\n"))

      # The targets that the dense model was pruned to.
      targets: [\(targets.map { $0.hasSuffix("x") ? "\($0) \(baselineName)" : $0 }.joined(separator: ", "))]

      \(trainingText)
      search:
        seed: 1
        draws: 16384
        candidates-per-target: 4
        seeds: 3

      """
  }

  /// The embeddings of the snapshots, widened until the members of the fitted rules cost, in multiply-accumulates, a
  /// seventh less than the smallest snapshots and a third more than the largest, or twice the dense embedding is
  /// reached. A search refuses a target that none of its members comes near. Where the embedding shrinks less than the
  /// rest, the largest member would stay below the first target; and multiply-accumulates stand for latency only
  /// roughly, the more so for members with fewer heads than the snapshots have.
  private var embeddingRange: (least: Int, most: Int) {
    let range = regularities.embedding
    guard range.minimum < range.maximum else { return (range.minimum, range.maximum) }
    let shares = regularities.costShares.map(\.share.value)
    let dense = Double(regularities.dense.multiplyAccumulates)
    func cost(_ embedding: Int) -> Double {
      Double(regularities.member(embedding: embedding).multiplyAccumulates) / dense
    }
    var (least, most) = (range.minimum, range.maximum)
    while least > range.groupSize, cost(least) > 0.86 * (shares.min() ?? 0) { least -= range.groupSize }
    while most < 2 * regularities.dense.embedding, cost(most) < 1.33 * (shares.max() ?? 0) { most += range.groupSize }
    return (least, most)
  }

  static func text(_ scale: Architecture.AttentionScale) -> String {
    switch scale {
    case .inverseSquareRoot: "inverse-sqrt"
    case .fixed(let factor): "\(factor)"
    }
  }

  /// The comment that starts the document: what it is, how to run it, where it comes from.
  private var heading: String {
    let word = ShellWord.quoted(ShellWord.argument(path: path))
    var paragraphs = [
      ["A search space around the rules that the dimensions of pruned models follow, mined from them."],
      ["  nvit rule show \(word)", "  nvit explore \(word)"],
      ["Mined by \(origin), seed \(regularities.seed), \(regularities.replicates) bootstrap replicates, from"]
        + regularities.runs.map {
          "  \($0.source): seed \($0.seed), targets \($0.targets.joined(separator: " "))"
        },
      [
        """
        Numbers are fixed as fitted where they stand alone, and open over their 95% bootstrap intervals where they are \
        ranges. What was found:
        """
      ] + regularities.kinds.flatMap(\.sentences).map { "- \($0)" },
    ]
    if !regularities.limits.isEmpty { paragraphs.append(regularities.limits.map { "- \($0)" }) }
    return paragraphs.map { $0.map(MinedDocument.comment).joined(separator: "\n") }.joined(separator: "\n#\n")
  }

  /// A paragraph as comment lines of at most 118 characters; control characters become spaces, since a line break
  /// would end the comment.
  private static func comment(_ text: String) -> String {
    let clean = String(text.map { $0.isNewline || $0.unicodeScalars.contains { $0.value < 32 } ? " " : $0 })
    let indent = clean.hasPrefix("- ") ? "  " : ""
    guard clean.count > 116, !clean.hasPrefix("  ") else { return "# \(clean)" }
    var lines: [String] = []
    var line = ""
    for word in clean.split(separator: " ") {
      if !line.isEmpty, line.count + word.count + 1 > 116 {
        lines.append(line)
        line = indent + word
      } else {
        line += (line.isEmpty || line == indent ? "" : " ") + word
      }
    }
    return (lines + [line]).map { "# \($0)" }.joined(separator: "\n")
  }
}
