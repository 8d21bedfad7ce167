internal import ViTNumerics

/// Finds the member of a family that comes closest to a cost from below.
package enum RuleSolver {
  /// A member found.
  package struct Solution: Sendable {
    package var architecture: Architecture
    /// One coordinate for each open number.
    package var point: [Double]
    package var cost: Double
    package var method: Method
    /// The lowest and the highest cost met on the way.
    package var reach: ClosedRange<Double>
  }

  /// How the family was searched.
  package enum Method: Hashable, Sendable {
    /// Every member was looked at: no member is closer.
    case enumerated(members: Int)
    /// The family is too large: uniform draws, and steps along each open number from the best of them.
    case sampled(evaluations: Int)
  }

  /// Families up to this size are enumerated.
  package static let enumerationLimit = 200_000
  private static let draws = 20_000
  private static let starts = 8

  /// The member whose cost is the highest that is not above `target`; the first of equals.
  ///
  /// - Parameters:
  ///   - rule: The family.
  ///   - target: In the unit of `cost`.
  ///   - constraints: Those on parameters, multiply-accumulates, embedding and depth are kept; a constraint on latency
  ///     belongs into `cost`.
  ///   - cost: The cost of a member, finite, or nil for a member that is not wanted.
  /// - Throws: `SolverError` when no member is at or below the target; what `cost` throws.
  package static func member(
    of rule: ScalingRule, closestBelow target: Double, constraints: [Constraint] = [],
    cost: (Architecture) throws -> Double?
  ) throws -> Solution {
    var search = Search(rule: rule, target: target, constraints: constraints)
    let size = rule.cardinality
    if let size, size <= enumerationLimit {
      for number in 0..<size { try search.visit(rule.point(numbered: number), cost) }
      return try search.solution(.enumerated(members: size))
    }
    var random = CounterRandom(seed: 0, purpose: "rule solver")
    for _ in 0..<draws {
      try search.visit(rule.openNumbers.map { _ in random.uniform() }, cost)
    }
    for start in search.best { try search.refine(from: start, cost) }
    return try search.solution(.sampled(evaluations: search.visits))
  }

  private struct Member {
    var architecture: Architecture
    var point: [Double]
    var cost: Double
  }

  private struct Search {
    let rule: ScalingRule
    let target: Double
    let constraints: [Constraint]
    /// The closest members below the target, best first.
    private(set) var best: [Member] = []
    private(set) var visits = 0
    private var least = Double.infinity
    private var greatest = -Double.infinity
    private var firstReason: ArchitectureError?

    init(rule: ScalingRule, target: Double, constraints: [Constraint]) {
      self.rule = rule
      self.target = target
      self.constraints = constraints
    }

    /// Looks at a point, and returns its member if that is allowed and not above the target.
    @discardableResult
    mutating func visit(
      _ point: [Double], _ cost: (Architecture) throws -> Double?
    ) throws -> Member? {
      visits += 1
      let architecture: Architecture
      do {
        architecture = try rule.architecture(at: point)
      } catch {
        firstReason = firstReason ?? error
        return nil
      }
      guard constraints.allSatisfy({ $0.allows(architecture) }), let value = try cost(architecture) else { return nil }
      least = min(least, value)
      greatest = max(greatest, value)
      guard value <= target else { return nil }
      let member = Member(architecture: architecture, point: point, cost: value)
      if best.count < starts || value > best[best.count - 1].cost {
        best.insert(member, at: best.firstIndex { $0.cost < value } ?? best.count)
        if best.count > starts { best.removeLast() }
      }
      return member
    }

    /// Steps along one coordinate at a time while that comes closer, and halves the step when none does.
    mutating func refine(
      from start: Member, _ cost: (Architecture) throws -> Double?
    ) throws {
      var current = start
      var step = 0.25
      while step > 0x1p-24, current.cost < target {
        var isCloser = false
        for axis in current.point.indices {
          for direction in [step, -step] {
            var point = current.point
            point[axis] = min(max(point[axis] + direction, 0), 1 - 0x1p-53)
            if let member = try visit(point, cost), member.cost > current.cost {
              current = member
              isCloser = true
            }
          }
        }
        if !isCloser { step /= 2 }
      }
    }

    func solution(_ method: Method) throws -> Solution {
      guard least <= greatest else { throw SolverError.noMember(firstReason) }
      guard let member = best.first else { throw SolverError.unreachable(target: target, reach: least...greatest) }
      return Solution(
        architecture: member.architecture, point: member.point, cost: member.cost, method: method,
        reach: least...greatest)
    }
  }
}

/// Why no member was found.
package enum SolverError: Error, CustomStringConvertible, Sendable {
  /// No member is at or below the target; members reach from the lower to the upper cost.
  case unreachable(target: Double, reach: ClosedRange<Double>)
  /// No member meets the constraints and is a valid architecture; why the first one is not, if that is the reason.
  case noMember(ArchitectureError?)

  package var description: String {
    switch self {
    case .unreachable(let target, let reach):
      "no member is at or below \(RuleUnit.plain.text(target)); members reach from "
        + "\(RuleUnit.plain.text(reach.lowerBound)) to \(RuleUnit.plain.text(reach.upperBound))"
    case .noMember(let reason?): "no member is a valid architecture that meets the constraints (\(reason))"
    case .noMember(nil): "no member meets the constraints"
    }
  }
}

extension Constraint {
  /// What the constraint limits in `architecture`; nil for latency, which needs a model.
  package func quantity(of architecture: Architecture) -> Double? {
    switch quantity {
    case .parameters: Double(architecture.parameterCount)
    case .multiplyAccumulates: Double(architecture.multiplyAccumulates)
    case .embedding: Double(architecture.embedding)
    case .depth: Double(architecture.depth)
    case .latency: nil
    }
  }

  /// Whether the architecture meets the constraint; a constraint on latency is not judged here.
  package func allows(_ architecture: Architecture) -> Bool {
    quantity(of: architecture).map(range.contains) ?? true
  }
}
