internal import ViTNumerics

/// Scrambled Sobol points, which fill the space more evenly than random ones.
package struct SobolSampler: SequenceSampler {
  package init() {}

  package func points(count: Int, dimensions: Int, seed: UInt64) throws -> [[Double]] {
    try SobolSequence.points(count: count, dimensions: dimensions, seed: seed)
  }
}
