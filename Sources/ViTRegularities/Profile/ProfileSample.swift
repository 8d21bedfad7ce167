internal import ViTArchitecture
internal import ViTNumerics

/// One kind's depth profile in each run: for every block what all targets of the run together left of it, over the mean
/// of the blocks.
///
/// Totals over the targets, rather than a profile for each, because small widths are coarse: 1.3 heads are 1 or 2, and
/// only their sum over several widths of the model tells 1.3 from 1. Targets of one run are no independent
/// observations either, since what is gone at one is gone at the next.
struct ProfileSample {
  let depth: Int
  /// (runs, depth); every run has mean 1.
  let runs: [[Double]]
  /// The scale that rounding to whole groups alone gives these numbers.
  let minimumScale: Double

  init(runs: [[Double]], minimumScale: Double) {
    self.runs = runs
    depth = runs.first?.count ?? 0
    self.minimumScale = minimumScale
  }

  /// - Parameter groupSize: Units that are pruned together, in which widths are counted.
  init(of kind: DimensionKind, in families: [PrunedDimensions], groupSize: Int) {
    var runs: [[Double]] = []
    var scales: [Double] = []
    for family in families {
      var totals = [Double](repeating: 0, count: family.dense.depth)
      for snapshot in family.snapshots {
        for (block, width) in snapshot.architecture.widths(of: kind).enumerated() { totals[block] += Double(width) }
      }
      let mean = totals.reduce(0, +) / Double(totals.count)
      runs.append(totals.map { $0 / mean })
      // A uniform error of one group has a variance of a twelfth; a Student t of 4 degrees twice its scale's square.
      scales.append(Double(groupSize) * (Double(family.snapshots.count) / 24).squareRoot() / mean)
    }
    self.init(runs: runs, minimumScale: max(Statistics.mean(scales) ?? 0, 1e-6))
  }

  /// The same without one run.
  func leavingOut(run: Int) -> ProfileSample {
    var rest = runs
    rest.remove(at: run)
    return ProfileSample(runs: rest, minimumScale: minimumScale)
  }

  /// The robust fit of a shape; nil when its search does not converge or no rule can say what it finds.
  ///
  /// - Parameter isThorough: Whether to start from the blocks' medians too, which outliers in a third run cannot move,
  ///   and to keep the likelier fit.
  func fit(_ shape: ProfileShape, isThorough: Bool = true) -> FittedProfile? {
    guard shape.isFittable(depth: depth) else { return nil }
    let observations = runs.flatMap(\.self)
    var starts: [[Double]?] = [nil]
    if runs.count >= 3, isThorough { starts.append(weightsFromMedians(observations)) }
    var best: FittedProfile?
    for start in starts {
      let regression = try? StudentTRegression(
        observations, minimumScale: minimumScale, initialWeights: start
      ) { (weights: [Double]) throws(NumericsError) -> (model: ProfileForm, values: [Double]) in
        let (levels, sums) = average(observations, weights)
        let (form, values) = try shape.nearest(to: levels, weights: sums)
        return (form, runs.flatMap { _ in values })
      }
      guard let regression, regression.model.isExpressible, regression.logLikelihood > best?.logLikelihood ?? -.infinity
      else { continue }
      let (levels, sums) = average(observations, regression.weights)
      guard let fitted = try? shape.nearest(to: levels, weights: sums).levels, fitted.allSatisfy({ $0 > 0 }) else {
        continue
      }
      best = FittedProfile(
        shape: shape, form: regression.model, levels: fitted, scale: regression.scale,
        logLikelihood: regression.logLikelihood)
    }
    return best
  }

  /// The weighted mean of the runs for each block, and its weight.
  private func average(_ observations: [Double], _ weights: [Double]) -> (levels: [Double], weights: [Double]) {
    var levels = [Double](repeating: 0, count: depth)
    var sums = [Double](repeating: 0, count: depth)
    for index in observations.indices {
      levels[index % depth] += weights[index] * observations[index]
      sums[index % depth] += weights[index]
    }
    return (zip(levels, sums).map { $0 / $1 }, sums)
  }

  private func weightsFromMedians(_ observations: [Double]) -> [Double] {
    let medians = (0..<depth).map { block in Statistics.median(runs.map { $0[block] }) ?? 1 }
    let distances = observations.indices.map { abs(observations[$0] - medians[$0 % depth]) }
    let scale = max((Statistics.median(distances) ?? 0) / 0.6745, minimumScale)
    return distances.map { 5 / (4 + ($0 / scale) * ($0 / scale)) }
  }
}

/// A shape as fitted to a sample.
struct FittedProfile {
  var shape: ProfileShape
  var form: ProfileForm
  /// (depth), in units of the mean over the blocks.
  var levels: [Double]
  /// Of the errors around it, Student's t with 4 degrees of freedom.
  var scale: Double
  var logLikelihood: Double

  /// Akaike's criterion with the correction for small samples (Hurvich and Tsai, Biometrika 76, 1989) on the smooth
  /// parameters, and Ninomiya's penalty for change points; nil where there are too few observations for it.
  func correctedAIC(observations: Int) -> Double? {
    let parameters = Double(shape.smoothParameterCount(depth: levels.count) + 1)
    let spare = Double(observations) - parameters - 1
    guard spare > 0 else { return nil }
    let changes = Double(ProfileShape.changePointWorth * shape.changePointCount)
    return -2 * logLikelihood + 2 * parameters * Double(observations) / spare + 2 * changes
  }
}
