internal import ViTArchitecture
internal import ViTNumerics

/// What measurements of single networks, made after a model was fitted, say of the model's predictions for others.
///
/// The logarithm of measured over predicted latency is taken for a Gaussian process over the logarithms of a network's mean
/// dimensions: a part that all networks share, and a part that networks share the more the nearer they are. Where nothing
/// near was measured, only the shared part is left; without measurements nothing is corrected.
///
/// Source: Rasmussen and Williams, "Gaussian Processes for Machine Learning", 2006, section 2.2.
struct LatencyCorrection: Hashable, Sendable {
  /// Where a network stands: logarithms of depth, of embedding, and of the mean widths of its blocks.
  struct Place: Hashable, Sendable {
    fileprivate var values: SIMD8<Double>

    init(_ architecture: Architecture) {
      var sums = SIMD4<Int>()
      for block in architecture.blocks { sums &+= Place.widths(block) }
      self.init(architecture.embedding, architecture.depth, sums)
    }

    init(_ member: CompiledMember) {
      var sums = SIMD4<Int>()
      for index in 0..<member.runCount {
        sums &+= member.runs[index].count &* Place.widths(member.runs[index].block)
      }
      self.init(member.embedding, member.depth, sums)
    }

    private init(_ embedding: Int, _ depth: Int, _ sums: SIMD4<Int>) {
      func mean(_ sum: Int) -> Double { Logarithm.natural(1 + Double(sum) / Double(max(depth, 1))) }
      values = [
        Logarithm.natural(Double(max(embedding, 1))), Logarithm.natural(Double(max(depth, 1))), mean(sums[0]),
        mean(sums[1]), mean(sums[2]),
        mean(sums[3]), 0, 0,
      ]
    }

    private static func widths(_ block: Architecture.Block) -> SIMD4<Int> {
      [block.heads, block.heads * block.queryKey, block.heads * block.value, block.mlpHidden]
    }
  }

  /// How far a whole model may be off, and how far a kind of network may be off beyond that, as standard deviations.
  private static let (shared, local) = (0.2, 0.1)
  /// By what factor dimensions differ between networks that hardly share an error.
  private static let length = 0.4
  /// What a measurement leaves unknown at the least.
  private static let leastError = 0.005

  private let places: [Place]
  private let weights: [Double]

  /// - Parameter checks: Of each network measured: where it stands, the logarithm of measured over predicted latency, and
  ///   the standard error of that.
  /// - Throws: `NumericsError` if the equations cannot be solved.
  init(_ checks: [(place: Place, residual: Double, error: Double)]) throws {
    places = checks.map(\.place)
    let count = checks.count
    guard count > 0 else {
      weights = []
      return
    }
    var matrix = [Double](repeating: 0, count: count * count)
    for row in 0..<count {
      for column in 0..<count { matrix[row * count + column] = Self.covariance(places[row], places[column]) }
      let error = max(checks[row].error, Self.leastError)
      matrix[row * count + row] += error * error
    }
    let inverse = try CholeskyFactor(matrix, order: count).inverse()
    weights = (0..<count).map { row in
      (0..<count).reduce(0) { $0 + inverse[row * count + $1] * checks[$1].residual }
    }
  }

  /// What a prediction is to be multiplied by; allocates nothing.
  func factor(at place: Place) -> Double {
    var sum = 0.0
    for index in places.indices { sum += weights[index] * Self.covariance(places[index], place) }
    return Exponential.natural(sum)
  }

  private static func covariance(_ a: Place, _ b: Place) -> Double {
    let difference = a.values - b.values
    let square = (difference * difference).sum() / (length * length)
    return shared * shared + local * local * Exponential.natural(-0.5 * square)
  }
}
