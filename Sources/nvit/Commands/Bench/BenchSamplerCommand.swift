internal import ArgumentParser
internal import Foundation
internal import ViTArchitecture
internal import ViTSearch

struct BenchSamplerCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sampler",
    abstract: "Propose points on command, beside another program's samplers.",
    discussion: """
      Reads JSON from standard input, one object a line. The first line states the problem:

        {"axes": [{"from": 0, "through": 1}, {"from": 8, "through": 64, "step": 8}, {"choices": [1, 2, 3]}],
         "objectives": 2, "seed": 1, "sampler": "ehvi", "population": 50}

      Then {"ask": N} is answered with {"points": [[…], …]}, values of the axes, and {"tell": [[…], null, …]} gives the \
      objectives of the points asked for last, each to be small, null where one failed.
      """,
    shouldDisplay: false)

  mutating func run() async throws {
    guard let first = readLine() else { throw ValidationError("standard input is empty, expected a problem.") }
    let statement: Statement = try decode(first)
    let problem = try statement.problem()
    let sampler = try statement.strategy()
    var history: [Observation] = []
    var asked: [[Double]] = []
    while let line = readLine() {
      let command: Command = try decode(line)
      if let count = command.ask {
        guard (1...10_000).contains(count) else { throw ValidationError("ask is \(count), expected 1 to 10000.") }
        asked = try sampler.propose(count: count, history: history, problem: problem)
        let values = asked.map { zip(problem.axes, $0).map { $0.value(at: $1) } }
        FileHandle.standardOutput.write(try JSONEncoder().encode(Answer(points: values)) + Data("\n".utf8))
      } else if let results = command.tell {
        guard results.count == asked.count else {
          throw ValidationError("\(results.count) results for \(asked.count) points, expected one for each.")
        }
        history += zip(asked, results).map { Observation(point: $0, objectives: $1) }
        asked = []
      } else {
        throw ValidationError("the line \"\(line)\" was read, expected {\"ask\": N} or {\"tell\": [...]}.")
      }
    }
  }

  private func decode<Value: Decodable>(_ line: String) throws -> Value {
    do {
      return try JSONDecoder().decode(Value.self, from: Data(line.utf8))
    } catch {
      throw ValidationError("the line \"\(line)\" was read, which is none of those in the command's help.")
    }
  }

  private struct Command: Decodable {
    var ask: Int?
    var tell: [[Double]?]?
  }

  private struct Answer: Encodable {
    var points: [[Double]]
  }

  private struct Statement: Decodable {
    var axes: [Axis]
    var objectives: Int
    var seed: UInt64
    var sampler: SearchBudget.Sampler
    /// Of the evolutionary samplers.
    var population: Int?

    func problem() throws -> SamplingProblem {
      guard (1...16).contains(objectives) else {
        throw ValidationError("objectives is \(objectives), expected 1 to 16.")
      }
      return SamplingProblem(axes: try axes.map { try $0.domain() }, seed: seed, objectiveCount: objectives)
    }

    func strategy() throws -> any Sampler {
      guard let population else { return sampler.strategy }
      guard (2...100_000).contains(population) else {
        throw ValidationError("population is \(population), expected 2 to 100000.")
      }
      switch sampler.strategy {
      case var sampler as NSGA2Sampler:
        sampler.populationSize = population
        return sampler
      case var sampler as RegularizedEvolutionSampler:
        sampler.populationSize = population
        return sampler
      case let sampler: return sampler
      }
    }
  }

  private struct Axis: Decodable {
    var choices: [Double]?
    var from: Double?
    var through: Double?
    var step: Double?
    var log: Bool?

    func domain() throws -> Domain {
      if let choices, !choices.isEmpty { return .choices(choices) }
      guard let from, let through, from <= through, !(log ?? false) || from > 0 else {
        throw ValidationError("an axis has neither choices nor a range; expected one, above 0 if it is logarithmic.")
      }
      guard let step else { return .continuous(from: from, through: through, logarithmic: log ?? false) }
      let count = ((through - from) / step).rounded(.down) + 1
      guard step > 0, count < 0x1p31 else { throw ValidationError("an axis has the step \(step), expected above 0.") }
      return .stepped(from: from, step: step, count: Int(count), logarithmic: log ?? false)
    }
  }
}
