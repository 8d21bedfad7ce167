internal import Foundation
internal import ViTArchitecture
internal import ViTSearch

/// Asks and tells one of the search's samplers, so that it can be compared with other programs' on the same problems.
///
/// The first line states the problem, the others are commands: {"ask": N} is answered with {"points": [[…], …]}, values
/// of the axes, and {"tell": [[…], null, …]} gives the objectives of the points asked for last, each to be small, null
/// where one failed.
package struct SamplerWorker {
  /// Points that may be asked for at once.
  package static let askRange = 1...10_000

  package init() {}

  /// Answers commands until the end of the input.
  ///
  /// - Throws: `WorkerError` for a line that states no problem or is no command, `SearchError` from the sampler, and
  ///   what `lines` throws.
  package func run(_ lines: WorkerLines) throws {
    guard let first = lines.read() else {
      throw WorkerError(.emptyInput, "standard input is empty, expected a problem.")
    }
    let statement: SamplerStatement = try decode(first)
    let problem = try statement.problem()
    let sampler = try statement.strategy()
    var history: [Observation] = []
    var asked: [[Double]] = []
    while let line = lines.read() {
      let command: Command = try decode(line)
      if let count = command.ask {
        guard Self.askRange.contains(count) else {
          throw WorkerError(
            .badValue, "ask is \(count), expected \(Self.askRange.lowerBound) to \(Self.askRange.upperBound).")
        }
        asked = try sampler.propose(count: count, history: history, problem: problem)
        try lines.answer(Answer(points: asked.map { zip(problem.axes, $0).map { $0.value(at: $1) } }))
      } else if let results = command.tell {
        guard results.count == asked.count else {
          throw WorkerError(
            .badValue, "\(results.count) results for \(asked.count) points, expected one for each.")
        }
        history += zip(asked, results).map { Observation(point: $0, objectives: $1) }
        asked = []
      } else {
        throw WorkerError(
          .unknownCommand, "the line \"\(line)\" was read, expected {\"ask\": N} or {\"tell\": [...]}.")
      }
    }
  }

  private func decode<Value: Decodable>(_ line: String) throws(WorkerError) -> Value {
    do {
      return try JSONDecoder().decode(Value.self, from: Data(line.utf8))
    } catch {
      throw WorkerError(
        .unknownCommand, "the line \"\(line)\" was read, which is none of those in the command's help.")
    }
  }

  private struct Command: Decodable {
    var ask: Int?
    var tell: [[Double]?]?
  }

  private struct Answer: Encodable {
    var points: [[Double]]
  }
}
