package import ViTNumerics

/// Replicates of a chosen profile and of its base.
///
/// Scheme: the pigeonhole bootstrap of a table of runs by blocks (McCullagh, Bernoulli 6, 2000; Owen, Annals of Applied
/// Statistics 1, 2007), applied to the residuals of the chosen profile, enlarged for the parameters fitted. Each
/// replicate draws as many runs as there are, and as many blocks, both with replacement; the residual at a block of
/// a run is the one where the drawn run and the drawn block cross. Blocks are drawn for all runs alike, so that
/// what runs have in common at a block, which no profile says, stays in common and is not averaged away. The same
/// shape is then fitted anew, change points included. For the base, the mean widths come from the drawn runs, with their
/// targets drawn with replacement. Owen shows that the scheme never understates the variance, and overstates it by at
/// most three times where runs and blocks have nothing in common. The choice of the shape itself is not repeated.
struct ProfileBootstrap {
  /// (replicates, depth), in units of the mean over the blocks.
  private(set) var levels: [[Double]] = []
  /// (replicates, numbers of the form)
  private(set) var numbers: [[Double]] = []
  /// The base, in the units of its form.
  private(set) var bases: [Double] = []

  /// - Parameters:
  ///   - snapshots: For each run its snapshots' embedding, or 1 for a base in units, and mean width.
  ///   - progress: Called now and then with the share done; returns whether to go on.
  init(
    of profile: FittedProfile, sample: ProfileSample, snapshots: [[BasePoint]], count: Int, random: CounterRandom,
    progress: (Double) -> Bool
  ) throws(CancellationError) {
    var random = random
    let (runs, depth) = (sample.runs.count, sample.depth)
    let parameters = profile.shape.smoothParameterCount(depth: depth)
    let freedom = max(runs * depth - parameters, 1)
    let enlargement = (Double(runs * depth) / Double(freedom)).squareRoot()
    let residuals = sample.runs.map { run in zip(run, profile.levels).map { ($0 - $1) * enlargement } }
    for replicate in 0..<count {
      if replicate % 16 == 0, !progress(Double(replicate) / Double(count)) { throw CancellationError() }
      let drawnRuns = (0..<runs).map { _ in Int.random(in: 0..<runs, using: &random) }
      let drawnBlocks = (0..<depth).map { _ in Int.random(in: 0..<depth, using: &random) }
      let values = drawnRuns.map { run in
        zip(profile.levels, drawnBlocks).map { level, block in level + residuals[run][block] }
      }
      var points: [BasePoint] = []
      for run in drawnRuns {
        for _ in snapshots[run] {
          points.append(snapshots[run][Int.random(in: 0..<snapshots[run].count, using: &random)])
        }
      }
      let drawn = ProfileSample(runs: values, minimumScale: sample.minimumScale)
      guard let fit = drawn.fit(profile.shape, isThorough: false) else { continue }
      levels.append(fit.levels)
      numbers.append(fit.form.numbers.map(\.value))
      bases.append(BasePoint.coefficient(points) * fit.form.baseLevel)
    }
  }

  /// The numbers of the form with their percentile intervals.
  func estimates(of form: ProfileForm) -> [NamedEstimate] {
    form.numbers.enumerated().map { index, number in
      NamedEstimate(name: number.name, estimate: Estimate(number.value, replicates: numbers.map { $0[index] }))
    }
  }

  /// Whether one level lies inside the band at every block, so that no trend with depth is sure.
  var holdsConstant: Bool {
    guard let depth = levels.first?.count, levels.count >= 20 else { return false }
    let band = band(of: Array(repeating: 1, count: depth))
    return (band.compactMap(\.lower).max() ?? 0) <= (band.compactMap(\.upper).min() ?? .infinity)
  }

  /// The levels with their percentile intervals, (depth).
  func band(of levels: [Double]) -> [Estimate] {
    levels.enumerated().map { index, level in Estimate(level, replicates: self.levels.map { $0[index] }) }
  }
}

/// A snapshot, as the base of a rule sees it.
struct BasePoint {
  /// What the base is a multiple of: E, or 1.
  var unit: Double
  var meanWidth: Double

  /// The multiple that is nearest to all, in least squares.
  static func coefficient(_ points: [BasePoint]) -> Double {
    let squares = points.reduce(0) { $0 + $1.unit * $1.unit }
    return squares > 0 ? points.reduce(0) { $0 + $1.unit * $1.meanWidth } / squares : 0
  }
}

/// A number of a profile, by the name that the rule language gives it.
package struct NamedEstimate: Sendable, Encodable {
  package var name: String
  package var estimate: Estimate
}
