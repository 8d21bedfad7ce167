import Testing
import TrainingTestSupport
import ViTArchitecture
import ViTTraining

@Suite struct `Fresh weights` {
  private let weights = ModelWeights(.deitTiny(distilled: true), seed: 1)

  private func moments(_ values: [Float]) -> (mean: Double, deviation: Double, largest: Double) {
    let count = Double(values.count)
    let mean = values.reduce(0) { $0 + Double($1) } / count
    let variance = values.reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / count
    return (mean, variance.squareRoot(), values.reduce(0) { max($0, abs(Double($1))) })
  }

  @Test(arguments: ["blocks.3.attn.qkv.weight", "blocks.0.mlp.fc2.weight", "pos_embed", "head_dist.weight"])
  func `Linear weights and positions come from a normal of 0.02, truncated at two deviations`(name: String) throws {
    let values = try #require(weights.values(of: name))
    let (mean, deviation, largest) = moments(values)
    // The variance of a standard normal truncated at 2 is 1 - 4 phi(2) / (2 Phi(2) - 1) = 0.7737.
    let expected = 0.02 * 0.7737413.squareRoot()
    // Five standard errors of the mean and of the deviation.
    let count = Double(values.count).squareRoot()
    #expect(abs(mean) < 5 * expected / count)
    #expect(abs(deviation - expected) < 5 * expected / count)
    #expect(largest <= 0.04 + 1e-9 && largest > 0.0395)
  }

  @Test func `The patch embedding is uniform within one over the root of a patch's values`() throws {
    let bound = 1 / 768.0.squareRoot()
    for name in ["patch_embed.proj.weight", "patch_embed.proj.bias"] {
      let values = try #require(weights.values(of: name))
      let (mean, deviation, largest) = moments(values)
      let count = Double(values.count).squareRoot()
      #expect(abs(mean) < 5 * bound / count)
      // A uniform number's deviation is bound / sqrt(3).
      #expect(abs(deviation - bound / 3.squareRoot()) < 5 * bound / count)
      #expect(largest <= bound && largest > 0.95 * bound)
    }
  }

  @Test func `Biases are 0, norms 1 and 0, tokens nearly 0`() throws {
    for entry in weights.table.entries {
      let values = try #require(weights.values(of: entry.name))
      if entry.name.contains("norm") {
        let expected: Float = entry.name.hasSuffix(".weight") ? 1 : 0
        #expect(values.allSatisfy { $0 == expected })
      } else if entry.name.hasSuffix(".bias"), !entry.name.hasPrefix("patch_embed") {
        #expect(values.allSatisfy { $0 == 0 })
      } else if entry.name.hasSuffix("_token") {
        let (_, deviation, largest) = moments(values)
        #expect(deviation > 5e-7 && largest < 1e-5)
      }
    }
  }

  @Test func `A seed gives the same weights again, another seed others, and no two tensors are alike`() {
    let again = ModelWeights(.small(), seed: 4).bitPatterns
    #expect(ModelWeights(.small(), seed: 4).bitPatterns == again)
    #expect(ModelWeights(.small(), seed: 5).bitPatterns != again)
    let first = weights.values(of: "blocks.0.attn.proj.weight")
    #expect(first != weights.values(of: "blocks.1.attn.proj.weight"))
  }
}
