package import ViTNumerics
internal import ViTFiles

/// How the mean width of a kind goes with the embedding over the snapshots, both as shares of the dense model: the line
/// width = intercept + slope x embedding.
package struct GrowthFit: Sendable, Encodable {
  /// Nil, like all that follows from the line, when all snapshots have one embedding.
  package var slope: Estimate?
  package var intercept: Estimate?
  /// By what share the width goes down when the embedding does, at the means of both: 1 is growth in proportion (the line
  /// goes through 0), 0 none.
  package var relativeSlope: Estimate?
  /// Share of the variance that the line explains.
  package var explainedVariance: Double?
  package var form: BaseForm
  /// Whether the interval of `relativeSlope` agrees with `form`, to a tenth, and not with the other.
  package var isSettled: Bool

  private enum CodingKeys: String, SnakeCaseKey {
    case slope, intercept, relativeSlope, explainedVariance, form, isSettled
  }

  /// What a rule's base is.
  package enum BaseForm: String, Sendable, Encodable {
    /// A multiple of E.
    case timesEmbedding = "times_embedding"
    /// A number of units.
    case units
  }

  /// A snapshot: embedding and mean width, as shares of the dense model.
  struct Point {
    var embedding: Double
    var width: Double
  }

  /// - Parameter runs: The snapshots of each run.
  ///
  /// Snapshots of one run follow from each other, so with three runs or more the line's interval is Student's over
  /// the lines of the runs; with fewer it is that of a regression, which takes all snapshots as independent.
  init(_ runs: [[Point]]) {
    let points = runs.flatMap(\.self)
    guard let line = Line(points) else {
      (form, isSettled) = (.units, false)
      return
    }
    let lines = runs.compactMap { Line($0) }
    let useful = lines.count >= 3 ? lines : []
    slope = Estimate(overRuns: useful.map(\.slope)) ?? line.slopeEstimate
    intercept = Estimate(overRuns: useful.map(\.intercept)) ?? line.interceptEstimate
    let relative = Estimate(overRuns: useful.map(\.relativeSlope)) ?? line.slopeEstimate.scaled(by: line.relation)
    relativeSlope = relative
    explainedVariance = line.explainedVariance
    form = relative.value > 0.5 ? .timesEmbedding : .units
    let isProportional = relative.overlaps(0.9...1.1)
    let isConstant = relative.overlaps(-0.1...0.1)
    isSettled = isProportional != isConstant && isProportional == (form == .timesEmbedding)
  }

  /// The line's width for an embedding, both as shares of the dense model.
  func width(at embedding: Double) -> Double? {
    guard let slope, let intercept else { return nil }
    return intercept.value + slope.value * embedding
  }

  /// A regression line with its standard errors.
  private struct Line {
    let slope: Double
    let intercept: Double
    let explainedVariance: Double?
    /// The mean embedding over the mean width.
    let relation: Double
    private let slopeError: Double?
    private let interceptError: Double?
    private let freedom: Int

    /// Nil when all points have the same embedding.
    init?(_ points: [Point]) {
      let count = Double(points.count)
      guard points.count >= 2 else { return nil }
      let meanX = points.reduce(0) { $0 + $1.embedding } / count
      let meanY = points.reduce(0) { $0 + $1.width } / count
      let variance = points.reduce(0) { $0 + ($1.embedding - meanX) * ($1.embedding - meanX) }
      guard variance > 1e-12 else { return nil }
      let slope = points.reduce(0) { $0 + ($1.embedding - meanX) * ($1.width - meanY) } / variance
      let intercept = meanY - slope * meanX
      let total = points.reduce(0) { $0 + ($1.width - meanY) * ($1.width - meanY) }
      let rest = points.reduce(0) {
        let error = $1.width - intercept - slope * $1.embedding
        return $0 + error * error
      }
      self.slope = slope
      relation = meanX / meanY
      self.intercept = intercept
      explainedVariance = total > 1e-12 ? 1 - rest / total : nil
      freedom = points.count - 2
      let noise = freedom > 0 ? rest / Double(freedom) : nil
      slopeError = noise.map { ($0 / variance).squareRoot() }
      interceptError = noise.map { ($0 * (1 / count + meanX * meanX / variance)).squareRoot() }
    }

    var relativeSlope: Double { slope * relation }
    var slopeEstimate: Estimate { estimate(slope, slopeError) }
    var interceptEstimate: Estimate { estimate(intercept, interceptError) }

    private func estimate(_ value: Double, _ error: Double?) -> Estimate {
      guard let error else { return Estimate(value) }
      let half = StudentT.quantile(0.975, degreesOfFreedom: Double(freedom)) * error
      return Estimate(value, halfWidth: half, covers: .runs(freedom + 2))
    }
  }
}
