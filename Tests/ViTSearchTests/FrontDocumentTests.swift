import SearchTestSupport
import TestSupport
import Testing
import ViTArchitecture
import ViTFiles
import ViTLatency
import ViTSearch

@Suite struct `A front document` {
  @Test func `finds the members that serve a target`() async throws {
    let front = try await FakeStudy.run(TwoBlocks.plan())
    let target = try #require(front.target(matching: "0.80x"))
    #expect(
      target.label == "0.8x" && front.target(matching: "0.8 X") == target && front.target(matching: "0.7x") == nil)
    let candidate = try #require(front.front.last { $0.role == .candidate })
    let served = try #require(front.targets.first { candidate.targets.contains($0.label) })
    let members = front.members(serving: served)
    #expect(members.contains(candidate))
    #expect(members.allSatisfy { $0.isOnFront && $0.targets.contains(served.label) })
    // A target that no front member was chosen for is served by the best member fast enough.
    let other = ResolvedTarget(label: "else", seconds: front.front[1].latencySeconds)
    #expect(front.members(serving: other) == [front.front[1]])
    #expect(front.members(serving: ResolvedTarget(label: "else", seconds: 1e-12)).isEmpty)
  }

  @Test func `matches latencies whatever their unit`() async throws {
    let plan = try TwoBlocks.plan(TwoBlocks.problem(targets: [.seconds(1.5e-3)]))
    let front = try await FakeStudy.run(plan)
    for text in ["1.5ms", "1.50 ms", "0.0015s", "1500us"] {
      #expect(front.target(matching: text)?.label == "1.5ms", "\(text)")
    }
    for text in ["1.6ms", "1.5", "ms", "", "1.5x"] { #expect(front.target(matching: text) == nil, "\(text)") }
  }

  @Test func `with mistakes says which`() throws {
    let folder = TemporaryFolder()
    try AtomicFile.write(#"{"schema":"nvit.front/1","study":"s"}"#, to: folder("p"))
    let old = #expect(throws: FileError.self) { try FrontDocument(contentsOf: folder("p")) }
    #expect(old?.description.contains("its schema is \"nvit.front/1\", expected \"nvit.front/3\"") == true)
    try AtomicFile.write(#"{"schema":"nvit.front/3"}"#, to: folder("p"))
    let error = #expect(throws: FileError.self) { try FrontDocument(contentsOf: folder("p")) }
    #expect(error?.description.contains("key \"answers\" is missing") == true)
  }
}
