import Testing
import ViTArchitecture
import ViTNumerics
import ViTSearch

/// Whole numbers, choices in no order, a logarithmic range and a continuous one, under a constraint that half of the space breaks.
private enum MixedSpace {
  static let axes: [Domain] = [
    .stepped(from: 1, step: 1, count: 6, logarithmic: false), .choices([24, 8, 48, 16]),
    .stepped(from: 16, step: 16, count: 32, logarithmic: true),
    .continuous(from: 1e-3, through: 10, logarithmic: true), .choices([1]),
  ]

  static func values(_ point: [Double]) -> [Double] { zip(axes, point).map { $0.value(at: $1) } }

  static func problem(objectives: Int = 2, seed: UInt64 = 7) -> SamplingProblem {
    SamplingProblem(axes: axes, seed: seed, objectiveCount: objectives) { point in
      let values = values(point)
      let excess = values[0] * values[1] - 64
      // The continuous axis has one key a decade, so that different points are the same trial.
      let decade = Int((Logarithm.natural(values[3]) / Logarithm.natural(10)).rounded(.down))
      return excess > 0
        ? .infeasible(violation: excess) : .feasible(key: [Int(values[0]), Int(values[1]), Int(values[2]), decade])
    }
  }

  /// The more, the better on some axes and the worse on others; every seventh trial of wide members fails.
  static func observe(_ point: [Double], objectives: Int) -> Observation {
    let values = values(point)
    let cost = values[0] * values[1] / 64 + values[2] / 512
    let error = 1 / (1 + cost) + (Logarithm.natural(values[3]) * Logarithm.natural(values[3])) / 50
    let all = [error, cost, values[2] / 512 + error * error]
    let failed = Int(values[2]) % 112 == 0
    return Observation(point: point, objectives: failed ? nil : Array(all.prefix(objectives)))
  }

  /// A study: so many trials, asked for so many at a time.
  static func study(
    _ sampler: any Sampler, _ problem: SamplingProblem, trials: Int, atATime: Int, history: [Observation] = []
  ) throws -> [Observation] {
    var history = history
    while history.count < trials {
      let points = try sampler.propose(
        count: min(atATime, trials - history.count), history: history, problem: problem)
      guard !points.isEmpty else { break }
      history += points.map { observe($0, objectives: problem.objectiveCount) }
    }
    return history
  }
}

@Suite struct `Every sampler` {
  typealias Kind = SearchBudget.Sampler

  private func key(_ problem: SamplingProblem, _ point: [Double]) throws -> [Int] {
    guard case .feasible(let key) = problem.check(point) else {
      throw SearchError(.badSpace, "an infeasible point was proposed: \(point)")
    }
    return key
  }

  @Test(arguments: Kind.allCases, 1...3)
  func `proposes feasible, new points in the middle of their values, also after failures`(
    kind: Kind, objectives: Int
  ) throws {
    let problem = MixedSpace.problem(objectives: objectives)
    let history = try MixedSpace.study(kind.strategy, problem, trials: 72, atATime: 8)
    #expect(history.count == 72)
    #expect(Set(try history.map { try key(problem, $0.point) }).count == 72)
    #expect(history.contains { $0.objectives == nil })
    for observation in history {
      #expect(observation.point.count == 5 && observation.point.allSatisfy { (0..<1).contains($0) })
      for (axis, coordinate) in zip(MixedSpace.axes, observation.point) where axis.count != nil {
        #expect(axis.coordinate(of: axis.value(at: coordinate)) == coordinate)
      }
    }
  }

  @Test(arguments: Kind.allCases)
  func `is a function of seed and history, so a stopped study goes on as if it had not stopped`(kind: Kind) throws {
    let problem = MixedSpace.problem()
    let whole = try MixedSpace.study(kind.strategy, problem, trials: 64, atATime: 8)
    for stop in [8, 32, 56] {
      let resumed = try MixedSpace.study(
        kind.strategy, problem, trials: 64, atATime: 8, history: Array(whole.prefix(stop)))
      #expect(resumed == whole)
    }
    let other = try MixedSpace.study(kind.strategy, MixedSpace.problem(seed: 8), trials: 64, atATime: 8)
    #expect(other.map(\.point) != whole.map(\.point))
  }

  @Test(arguments: Kind.allCases)
  func `begins with the same 8 points, asked for at once or one by one`(kind: Kind) throws {
    let problem = MixedSpace.problem()
    let together = try MixedSpace.study(kind.strategy, problem, trials: 8, atATime: 8)
    #expect(try MixedSpace.study(kind.strategy, problem, trials: 8, atATime: 1) == together)
  }

  @Test(arguments: [Kind.random, .sobol])
  func `that does not learn gives 50 points as 25 and 25`(kind: Kind) throws {
    let problem = MixedSpace.problem()
    let together = try kind.strategy.propose(count: 50, history: [], problem: problem)
    let halves = try MixedSpace.study(kind.strategy, problem, trials: 50, atATime: 25)
    #expect(halves.map(\.point) == together && together.count == 50)
  }

  /// 5 x 4 points, of which the constraint leaves 14; one is a baseline's, and one was tried before.
  @Test(arguments: Kind.allCases, [1, 4, 100])
  func `finds every point of a small space, then says by giving fewer that there are no more`(
    kind: Kind, atATime: Int
  ) throws {
    let axes: [Domain] = [
      .stepped(from: 0, step: 1, count: 5, logarithmic: false), .choices([0, 1, 2, 3]),
    ]
    var problem = SamplingProblem(axes: axes, seed: 3, objectiveCount: 2) { point in
      let (a, b) = (axes[0].value(at: point[0]), axes[1].value(at: point[1]))
      return a + b > 4 ? .infeasible(violation: a + b - 4) : .feasible(key: [Int(a), Int(b)])
    }
    problem.excludedKeys = [[0, 0]]
    func observe(_ point: [Double]) -> Observation {
      let (a, b) = (axes[0].value(at: point[0]), axes[1].value(at: point[1]))
      return Observation(point: point, objectives: [a, b])
    }
    // Off the middle of its value, as another program might record it.
    var history = [Observation(point: [0.99, 0.01], objectives: [4, 0])]
    while true {
      let points = try kind.strategy.propose(count: atATime, history: history, problem: problem)
      history += points.map(observe)
      if points.count < atATime { break }
    }
    #expect(history.count == 13)
    #expect(Set(try history.map { try key(problem, $0.point) }).count == 13)
    #expect(try kind.strategy.propose(count: 3, history: history, problem: problem).isEmpty)
  }

  /// One point in a hundred thousand is feasible, and only its neighbourhood says where.
  @Test(arguments: Kind.allCases.filter(\.learns))
  func `that learns finds a small feasible corner by the violations`(kind: Kind) throws {
    let axes = [Domain](repeating: .continuous(from: 0, through: 1, logarithmic: false), count: 5)
    let problem = SamplingProblem(axes: axes, seed: 3, objectiveCount: 2) { point in
      let excess = point.reduce(0) { $0 + max(0, $1 - 0.1) }
      return excess > 0
        ? .infeasible(violation: excess) : .feasible(key: point.map { Int(bitPattern: UInt($0.bitPattern)) })
    }
    let points = try kind.strategy.propose(count: 4, history: [], problem: problem)
    #expect(points.count == 4 && points.joined().allSatisfy { $0 <= 0.1 })
  }

  @Test(arguments: Kind.allCases)
  func `of a space without axes proposes its one point`(kind: Kind) throws {
    let problem = SamplingProblem(axes: [], seed: 1, objectiveCount: 1)
    #expect(try kind.strategy.propose(count: 3, history: [], problem: problem) == [[]])
    let history = [Observation(point: [], objectives: [1])]
    #expect(try kind.strategy.propose(count: 3, history: history, problem: problem).isEmpty)
    #expect(try kind.strategy.propose(count: 0, history: [], problem: problem).isEmpty)
  }

  @Test(arguments: Kind.allCases)
  func `goes on when every trial has failed, or gave what is no number`(kind: Kind) throws {
    let problem = MixedSpace.problem()
    var history = try MixedSpace.study(kind.strategy, problem, trials: 60, atATime: 60)
    for index in history.indices {
      history[index].objectives = index.isMultiple(of: 2) ? nil : [.nan, .infinity]
    }
    #expect(try kind.strategy.propose(count: 5, history: history, problem: problem).count == 5)
  }

  @Test(arguments: Kind.allCases)
  func `refuses a history of another problem`(kind: Kind) {
    let problem = MixedSpace.problem()
    let point = [Double](repeating: 0.5, count: 5)
    for observation in [
      Observation(point: [0.5], objectives: [1, 2]), Observation(point: point, objectives: [1]),
      Observation(point: [.nan, 0, 0, 0, 0], objectives: [1, 2]),
    ] {
      let error = #expect(throws: SearchError.self) {
        try kind.strategy.propose(count: 1, history: [observation], problem: problem)
      }
      #expect(error?.description.hasPrefix("trial 1 has ") == true)
    }
  }
}

@Suite struct `A sampler that learns` {
  /// Choices listed in any order are to it what a range is, step by step, whatever lies between them.
  @Test(arguments: SearchBudget.Sampler.allCases.filter(\.learns))
  func `knows the order of choices`(kind: SearchBudget.Sampler) throws {
    let range = Domain.stepped(from: 1, step: 1, count: 12, logarithmic: false)
    let squares = Domain.choices([16, 1, 81, 4, 144, 9, 121, 25, 36, 100, 49, 64])
    func study(_ axis: Domain, _ place: (Double) -> Double) throws -> [[Double]] {
      let axes = [axis, Domain.continuous(from: 0, through: 1, logarithmic: false), axis]
      let problem = SamplingProblem(axes: axes, seed: 5, objectiveCount: 2)
      var history: [Observation] = []
      while history.count < 88 {
        history += try kind.strategy.propose(count: 8, history: history, problem: problem).map { point in
          let (a, b, c) = (place(axis.value(at: point[0])), point[1], place(axis.value(at: point[2])))
          return Observation(point: point, objectives: [(a - 7) * (a - 7) + b + c, c * c - 3 * b])
        }
      }
      return history.map { [place(axis.value(at: $0.point[0])), $0.point[1], place(axis.value(at: $0.point[2]))] }
    }
    #expect(try study(squares) { $0.squareRoot() } == study(range) { $0 })
  }

  /// ZDT1 with eight variables: f1 = x1, f2 = g (1 - √(f1 / g)), g = 1 + 9 x mean of the others. Up to (1.1, 1.1) its front,
  /// g = 1, has the hypervolume 1.1² - 1/3: what lies below the front, the integral of 1 - √f1, is missing.
  private func zdt1(_ x: [Double]) -> [Double] {
    let g = 1 + 9 * x.dropFirst().reduce(0, +) / Double(x.count - 1)
    return [x[0], g * (1 - (x[0] / g).squareRoot())]
  }

  private func hypervolume(_ sampler: any Sampler, trials: Int, atATime: Int) throws -> Double {
    let axes = [Domain](repeating: .continuous(from: 0, through: 1, logarithmic: false), count: 8)
    let problem = SamplingProblem(axes: axes, seed: 1, objectiveCount: 2)
    var history: [Observation] = []
    while history.count < trials {
      let points = try sampler.propose(count: atATime, history: history, problem: problem)
      history += points.map { Observation(point: $0, objectives: zdt1($0)) }
    }
    return Hypervolume.of(history.compactMap(\.objectives), reference: [1.1, 1.1])
  }

  /// 200 random points reach nothing below the reference; these shares of the true front's hypervolume are what the
  /// method is for.
  @Test func `finds most of a known front with few trials`() throws {
    let whole = 1.1 * 1.1 - 1.0 / 3
    #expect(try hypervolume(RandomSampler(), trials: 200, atATime: 200) < 0.1 * whole)
    #expect(try hypervolume(ExpectedHypervolumeSampler(), trials: 80, atATime: 8) > 0.9 * whole)
    var evolution = NSGA2Sampler()
    evolution.populationSize = 20
    #expect(try hypervolume(evolution, trials: 1000, atATime: 20) > 0.8 * whole)
    #expect(try hypervolume(RegularizedEvolutionSampler(), trials: 1000, atATime: 4) > 0.8 * whole)
  }

  @Test func `by expected hypervolume says that it takes no more than three objectives`() {
    let problem = SamplingProblem(axes: [.choices([1, 2])], seed: 1, objectiveCount: 4)
    let error = #expect(throws: SearchError.self) {
      try ExpectedHypervolumeSampler().propose(count: 1, history: [], problem: problem)
    }
    #expect(error?.description.contains("1 to 3 objectives, and the problem has 4") == true)
  }
}
