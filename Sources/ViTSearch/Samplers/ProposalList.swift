internal import ViTArchitecture
internal import ViTNumerics

/// The points that a sampler is about to propose: feasible, and new.
struct ProposalList {
  /// What became of a point that was offered.
  enum Outcome {
    case accepted
    /// A point of the history, offered for the first time.
    case recalled
    case duplicate
    case infeasible(violation: Double)
  }

  /// Offers in a row without a point before a sampler stops trying.
  static let patience = 10_000

  private(set) var points: [[Double]] = []
  private let count: Int
  private let problem: SamplingProblem
  private var known: Set<SamplingProblem.Key>
  private var unvisited: Set<SamplingProblem.Key> = []
  /// The infeasible point offered that violates least.
  private var nearest: (point: [Double], violation: Double)?

  /// - Throws: `SearchError` when the history does not fit the problem.
  init(count: Int, history: [Observation], problem: SamplingProblem) throws(SearchError) {
    try problem.require(history)
    self.count = count
    self.problem = problem
    known = problem.excludedKeys
    for observation in history {
      guard case .feasible(let key) = problem.check(problem.snapped(observation.point)) else { continue }
      if known.insert(key).inserted { unvisited.insert(key) }
    }
  }

  var isFull: Bool { points.count >= count }

  /// Whether the point could be accepted.
  func isFresh(_ point: [Double]) -> Bool {
    guard case .feasible(let key) = problem.check(problem.snapped(point)) else { return false }
    return !known.contains(key)
  }

  /// Accepts the point if it is feasible and new.
  @discardableResult
  mutating func offer(_ point: [Double]) -> Outcome {
    let snapped = problem.snapped(point)
    switch problem.check(snapped) {
    case .feasible(let key):
      guard known.insert(key).inserted else { return unvisited.remove(key) == nil ? .duplicate : .recalled }
      points.append(snapped)
      return .accepted
    case .infeasible(let violation):
      if violation < nearest?.violation ?? .infinity { nearest = (snapped, violation) }
      return .infeasible(violation: violation)
    }
  }

  /// Offers points of an endless sequence until the list is full or nothing new has come for a long time.
  ///
  /// Points of the history count as new when the sequence first comes by them, so that a sequence goes on behind the
  /// history as if it had never stopped.
  ///
  /// - Parameter sequence: The point with an index, counted from 0.
  mutating func take(from sequence: (Int) throws -> [Double]) rethrows {
    var index = 0
    var refused = 0
    let patience = isEnumerable ? min(ProposalList.patience, 1000) : ProposalList.patience
    while !isFull, refused < patience {
      switch offer(try sequence(index)) {
      case .accepted, .recalled: refused = 0
      case .duplicate, .infeasible: refused += 1
      }
      index += 1
    }
  }

  /// The last resort: the rest of a small space, one by one, or what a descent to smaller violations finds.
  mutating func complete() {
    guard !isFull else { return }
    if isEnumerable { return enumerate() }
    var random = CounterRandom(seed: problem.seed, purpose: "feasibility", stream: UInt64(known.count))
    var refused = 0
    while !isFull, refused < ProposalList.patience {
      var point = nearest?.point ?? problem.randomPoint(&random)
      for axis in point.indices where random.uniform() * Double(point.count) < 1.5 {
        point[axis] = random.uniform() < 0.5 ? random.uniform() : point[axis] + 0.1 * random.gaussian()
      }
      if case .accepted = offer(point) { refused = 0 } else { refused += 1 }
    }
  }

  private var isEnumerable: Bool {
    problem.cardinality.map { $0 <= SamplingProblem.enumerableCardinality } ?? false
  }

  /// All points of a finite space, in an order that jumps about: a start and a step from the seed, the step prime to
  /// the number of points.
  private mutating func enumerate() {
    guard let total = problem.cardinality, total > 0 else { return }
    var random = CounterRandom(seed: problem.seed, purpose: "enumeration")
    let start = Int.random(in: 0..<total, using: &random)
    var step = Int.random(in: 0..<total, using: &random) | 1
    while ProposalList.greatestCommonDivisor(step, total) != 1 { step += 2 }
    for index in 0..<total where !isFull { offer(problem.point(numbered: (start + index * step) % total)) }
  }

  private static func greatestCommonDivisor(_ a: Int, _ b: Int) -> Int {
    b == 0 ? a : greatestCommonDivisor(b, a % b)
  }
}
