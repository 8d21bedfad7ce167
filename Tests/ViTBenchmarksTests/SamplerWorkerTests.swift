import Testing
import ViTArchitecture
import ViTBenchmarks

@Suite struct `The worker that asks samplers` {
  private static let axes = #"""
    [{"from": 0, "through": 1}, {"from": 8, "through": 64, "step": 8}, {"choices": [1, 2, 3]},
     {"from": 1, "through": 100, "log": true}]
    """#

  private func problem(_ sampler: SearchBudget.Sampler, axes: String = axes, objectives: Int = 2, more: String = "")
    -> String
  {
    #"{"axes": \#(axes), "objectives": \#(objectives), "seed": 1, "sampler": "\#(sampler.rawValue)"\#(more)}"#
  }

  private func talk(_ lines: String...) throws -> Conversation {
    let conversation = Conversation(lines)
    try SamplerWorker().run(conversation.ends)
    return conversation
  }

  private func points(_ conversation: Conversation) throws -> [[[Double]]] {
    try conversation.objects().map { try #require($0["points"] as? [[Double]]) }
  }

  @Test(arguments: SearchBudget.Sampler.allCases)
  func `Every sampler proposes values of the axes, goes on from what it is told, and repeats itself`(
    sampler: SearchBudget.Sampler
  ) throws {
    func conversation() throws -> Conversation {
      try talk(
        problem(sampler), #"{"ask": 3}"#, #"{"tell": [[0.1, 2], null, [0.3, 1]]}"#, #"{"ask": 2}"#)
    }
    let asked = try points(try conversation())
    #expect(asked.map(\.count) == [3, 2])
    for point in asked.joined() {
      try #require(point.count == 4)
      #expect((0...1).contains(point[0]))
      #expect(stride(from: 8.0, through: 64, by: 8).contains(point[1]))
      #expect([1, 2, 3].contains(point[2]))
      #expect((1...100).contains(point[3]))
    }
    #expect(try points(try conversation()) == asked)
  }

  @Test func `What failed and what was not told is no news`() throws {
    let asked = try points(try talk(problem(.random), #"{"ask": 4}"#, #"{"ask": 4}"#))
    #expect(asked[0] == asked[1])
  }

  @Test func `A population is the evolutionary samplers'`() throws {
    for sampler in [SearchBudget.Sampler.nsga2, .regularizedEvolution, .random] {
      let asked = try points(try talk(problem(sampler, more: #", "population": 4"#), #"{"ask": 5}"#))
      #expect(asked.map(\.count) == [5])
    }
  }

  @Test func `Bad lines are refused with what was read and what was expected`() {
    func expectError(_ code: WorkerError.Code, _ part: String, _ lines: String...) {
      let error = #expect(throws: WorkerError.self) {
        try SamplerWorker().run(Conversation(lines).ends)
      }
      #expect(error?.code == code)
      #expect(error?.description.contains(part) == true, "\(error?.description ?? "")")
    }
    let good = problem(.random)
    expectError(.emptyInput, "expected a problem")
    expectError(.unknownCommand, "\"hello\"", "hello")
    expectError(
      .unknownCommand, "which is none of those", good.replacing("random", with: "magic"))
    expectError(.badValue, "objectives is 17, expected 1 to 16", problem(.random, objectives: 17))
    expectError(.badValue, "population is 1, expected 2 to", problem(.nsga2, more: #", "population": 1"#))
    expectError(.badValue, "neither choices nor a range", problem(.random, axes: #"[{"choices": []}]"#))
    expectError(.badValue, "neither choices nor a range", problem(.random, axes: #"[{"from": 2, "through": 1}]"#))
    expectError(
      .badValue, "above 0 if it is logarithmic", problem(.random, axes: #"[{"from": 0, "through": 1, "log": true}]"#))
    expectError(
      .badValue, "the step -1.0, expected above 0", problem(.random, axes: #"[{"from": 0, "through": 1, "step": -1}]"#)
    )
    expectError(.unknownCommand, "expected {\"ask\": N}", good, "{}")
    expectError(.badValue, "ask is 0, expected 1 to 10000", good, #"{"ask": 0}"#)
    expectError(.badValue, "2 results for 1 points", good, #"{"ask": 1}"#, #"{"tell": [null, null]}"#)
  }
}
