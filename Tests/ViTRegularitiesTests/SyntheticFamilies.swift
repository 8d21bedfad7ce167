import ViTArchitecture
import ViTNumerics
import ViTRegularities

/// Pruned families whose dimensions follow a known rule, but for noise and rounding.
struct SyntheticFamilies {
  /// Base times profile, before noise and rounding, for an embedding and a block counted from 1.
  typealias Rule = @Sendable (_ embedding: Double, _ block: Double) -> Double

  var depth = 12
  /// Of the dense model, whose blocks are all alike.
  var embedding = 192
  var block = Architecture.Block(heads: 12, queryKey: 32, value: 32, mlpHidden: 768)
  var groups = Architecture.Block(heads: 1, queryKey: 4, value: 4, mlpHidden: 16)
  var embeddingGroup = 8
  var rules: [DimensionKind: Rule]
  /// Standard deviation, as a share of the width, of what a run has at a block in all its snapshots.
  var noise = 0.08
  /// Shares of the dense embedding that are left at the targets.
  var embeddingShares = [0.85, 0.7, 0.55, 0.4]
  var runCount = 3

  var dense: Architecture {
    Architecture(
      imageSize: 28, channels: 1, patchSize: 7, classCount: 10, embedding: embedding,
      blocks: Array(repeating: block, count: depth))
  }

  /// - Parameter seed: Of the noise.
  func runs(seed: UInt64) -> [PrunedDimensions] {
    (0..<runCount).map { run in
      var random = CounterRandom(seed: seed, purpose: "test.families", stream: UInt64(run))
      var deviations: [DimensionKind: [Double]] = [:]
      for kind in DimensionKind.allCases {
        deviations[kind] = (0..<depth).map { _ in 1 + noise * random.gaussian() }
      }
      let snapshots = embeddingShares.map { share in
        // Runs do not end at exactly the same width.
        let width = Double(embedding) * share * (1 + 0.03 * random.gaussian())
        let embedding = rounded(width, group: embeddingGroup, most: embedding)
        func widths(_ kind: DimensionKind, group: Int, dense: Int) -> [Int] {
          (1...depth).map { block in
            let exact = rules[kind].map { $0(Double(embedding), Double(block)) } ?? Double(dense)
            return rounded(exact * (deviations[kind]?[block - 1] ?? 1), group: group, most: dense)
          }
        }
        let heads = widths(.heads, group: groups.heads, dense: block.heads)
        let queryKey = widths(.queryKey, group: groups.queryKey, dense: block.queryKey)
        let value = widths(.value, group: groups.value, dense: block.value)
        let mlpHidden = widths(.mlpHidden, group: groups.mlpHidden, dense: block.mlpHidden)
        var pruned = dense
        pruned.embedding = embedding
        pruned.attentionScale = .fixed(0.25)
        pruned.blocks = (0..<depth).map {
          Architecture.Block(heads: heads[$0], queryKey: queryKey[$0], value: value[$0], mlpHidden: mlpHidden[$0])
        }
        return (target: "\(share)x", architecture: pruned)
      }
      return PrunedDimensions(source: "run \(run + 1)", seed: UInt64(run + 1), dense: dense, snapshots: snapshots)
    }
  }

  private func rounded(_ width: Double, group: Int, most: Int) -> Int {
    min(max(Int((width / Double(group)).rounded()), 1) * group, most)
  }
}

extension SyntheticFamilies {
  static func plateau(_ base: Double, middle: Double, rise: Double, fall: Double) -> Rule {
    { embedding, block in base * embedding * (block >= rise && block <= fall ? middle : 1) }
  }

  static func bell(_ base: Double, height: Double, peak: Double, width: Double) -> Rule {
    { embedding, block in
      let z = (block - peak) / width
      return base * embedding * (1 + (height - 1) * Exponential.natural(-z * z / 2))
    }
  }

  static func linear(_ base: Double, last: Double, depth: Double = 12) -> Rule {
    { embedding, block in base * embedding * (1 + (last - 1) * (block - 1) / (depth - 1)) }
  }

  static func constant(_ base: Double) -> Rule { { embedding, _ in base * embedding } }
  static func units(_ width: Double) -> Rule { { _, _ in width } }
}
