internal import ViTArchitecture
internal import ViTNumerics

/// The operators by which evolutionary samplers make new points of old ones.
///
/// Coordinates are real numbers in [0, 1), in the order of the values.
struct Variation {
  let axes: [Domain]
  /// How near children stay to their parents in simulated binary crossover; larger is nearer.
  var crossoverIndex = 15.0
  /// How small steps of polynomial mutation are; larger is smaller.
  var mutationIndex = 20.0

  /// A child of two points: simulated binary crossover of each axis with probability 1/2, else either parent's coordinate.
  ///
  /// - Source: Deb and Agrawal, "Simulated binary crossover for continuous search space", Complex Systems 9 (1995), in
  ///   the form for bounded variables of Deb's NSGA-II code.
  func crossed(_ a: [Double], _ b: [Double], _ random: inout CounterRandom) -> [Double] {
    axes.indices.map { axis in
      let (share, side, spread) = (random.uniform(), random.uniform(), random.uniform())
      let (near, far) = side < 0.5 ? (a[axis], b[axis]) : (b[axis], a[axis])
      guard share < 0.5, abs(a[axis] - b[axis]) > 1e-14 else { return near }
      let (low, high) = (min(a[axis], b[axis]), max(a[axis], b[axis]))
      let isLow = near < far
      // The parent's distance to the bound on its own side limits how far the child can go.
      let room = isLow ? low : 1 - high
      let beta = 1 + 2 * room / (high - low)
      let alpha = 2 - Exponential.power(beta, -(crossoverIndex + 1))
      let exponent = 1 / (crossoverIndex + 1)
      let factor =
        spread <= 1 / alpha
        ? Exponential.power(spread * alpha, exponent) : Exponential.power(1 / (2 - spread * alpha), exponent)
      let middle = (low + high) / 2
      return clamp(isLow ? middle - factor * (high - low) / 2 : middle + factor * (high - low) / 2)
    }
  }

  /// A child that has each axis from either parent.
  func mixed(_ a: [Double], _ b: [Double], _ random: inout CounterRandom) -> [Double] {
    axes.indices.map { random.uniform() < 0.5 ? a[$0] : b[$0] }
  }

  /// The point with each axis mutated with the given probability: a step of polynomial mutation, but at least
  /// to the next value where there are finitely many.
  ///
  /// - Source: Deb and Goyal, "A combined genetic adaptive search for engineering design", Computer Science and
  ///   Informatics 26 (1996).
  func mutated(_ point: [Double], probability: Double, _ random: inout CounterRandom) -> [Double] {
    axes.indices.map { axis in
      let (chance, amount) = (random.uniform(), random.uniform())
      return chance < probability ? step(point[axis], along: axes[axis], amount) : point[axis]
    }
  }

  /// The point with each axis drawn anew with the given probability.
  func reset(_ point: [Double], probability: Double, _ random: inout CounterRandom) -> [Double] {
    axes.indices.map { axis in
      let (chance, value) = (random.uniform(), random.uniform())
      return chance < probability ? value : point[axis]
    }
  }

  /// - Parameter amount: Uniform in [0, 1).
  private func step(_ coordinate: Double, along axis: Domain, _ amount: Double) -> Double {
    if let count = axis.count {
      guard count > 1 else { return coordinate }
      let index = axis.index(at: clamp(coordinate))
      let moved = axis.index(at: polynomial(coordinate, amount))
      guard moved == index else { return axis.coordinate(ofIndex: moved) }
      let next = amount < 0.5 ? index - 1 : index + 1
      return axis.coordinate(ofIndex: (0..<count).contains(next) ? next : 2 * index - next)
    }
    return polynomial(coordinate, amount)
  }

  private func polynomial(_ x: Double, _ amount: Double) -> Double {
    let power = mutationIndex + 1
    let delta =
      amount < 0.5
      ? Exponential.power(2 * amount + (1 - 2 * amount) * Exponential.power(1 - x, power), 1 / power) - 1
      : 1 - Exponential.power(2 * (1 - amount) + 2 * (amount - 0.5) * Exponential.power(x, power), 1 / power)
    return clamp(x + delta)
  }

  private func clamp(_ x: Double) -> Double { min(max(x, 0), 1 - 0x1p-53) }
}
