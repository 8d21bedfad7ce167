import Testing
import ViTArchitecture
import ViTNumerics

@Suite struct `A compiled rule` {
  /// Every kind of profile, with finite numbers in every place.
  private static let profiles = [
    "{base: 2E, profile: {linear: {first: {choices: [0.5, 1]}, last: 2}}, round: 8}",
    "{base: {choices: [64, 96]}, profile: {plateau: {ends: 1, middle: 2, rise: {choices: [10%, 25%]}}}}",
    "{base: 100, profile: {bell: {height: {choices: [2, 3]}, width: 25%, peak: 50%}}, round: {to: 16, mode: even}}",
    "{base: E, profile: {stages: [{blocks: 2-3, factor: {choices: [2, 3]}}, {blocks: [first], width: 2E}]}}",
    "{base: 64, profile: {spline: {kind: steffen, knots: [{at: first, factor: 1}, {at: last, factor: {choices: [2, 4]}}]}}}",
    "{values: [8, {choices: [8, 16]}, E, 64, 4, 4]}",
  ]

  @Test(arguments: profiles)
  func `gives every member of a family exactly`(mlpHidden: String) throws {
    let depth = mlpHidden.hasPrefix("{values") ? "6" : "{from: 4, through: 8, step: 2}"
    let space = try Document.space(
      Document.text(
        architecture:
          "{image-size: 32, channels: 3, patch-size: 8, classes: 10, depth: \(depth), embedding: {from: 32, through: 64, step: 16}}",
        mlpHidden: mlpHidden))
    let rule = try #require(CompiledRule(space.rule))
    var member = rule.makeMember()
    for number in 0..<(try #require(space.rule.cardinality)) {
      let point = space.rule.point(numbered: number)
      let architecture = try space.rule.architecture(at: point)
      #expect(rule.find(at: point, &member))
      let runs = member.runs.prefix(member.runCount)
      #expect(runs.flatMap { Array(repeating: $0.block, count: $0.count) } == architecture.blocks)
      #expect(member.parameterCount == architecture.parameterCount)
      #expect(member.multiplyAccumulates == architecture.multiplyAccumulates)
      #expect(member.key == rule.key(of: architecture))
    }
  }

  @Test func `is not made of a continuous number, nor of too many combinations`() throws {
    func rule(_ mlpHidden: String) throws -> CompiledRule? {
      CompiledRule(try Document.space(Document.text(mlpHidden: mlpHidden)).rule)
    }
    #expect(try rule("{base: {from: 1E, through: 4E}, round: 16}") == nil)
    let wide = "{from: 1, through: 1000, step: 1}"
    #expect(try rule("{base: \(wide), profile: {linear: {first: \(wide), last: 1}}}") == nil)
    #expect(try rule("{base: \(wide)}") != nil)
  }

  @Test(arguments: ["{base: {from: 1E, through: 4E}, round: 16}", "{base: {from: 1, through: 64}, round: 8}"])
  func `that has no tables is evaluated point by point`(mlpHidden: String) throws {
    let space = try Document.space(
      Document.text(
        architecture:
          "{image-size: 32, channels: 3, patch-size: 8, classes: 10, depth: {from: 2, through: 5}, embedding: {choices: [32, 64]}}",
        mlpHidden: mlpHidden))
    let finder = space.rule.memberFinder
    #expect(!(finder is CompiledRule))
    var member = finder.makeMember()
    var invalid = 0
    for index in 0..<200 {
      var random = CounterRandom(seed: 1, purpose: "test.evaluated", stream: UInt64(index))
      let point = space.rule.openNumbers.map { _ in random.uniform() }
      guard let architecture = try? space.rule.architecture(at: point) else {
        #expect(!finder.find(at: point, &member))
        invalid += 1
        continue
      }
      #expect(finder.find(at: point, &member))
      let runs = member.runs.prefix(member.runCount)
      #expect(runs.flatMap { Array(repeating: $0.block, count: $0.count) } == architecture.blocks)
      #expect(member.embedding == architecture.embedding && member.depth == architecture.depth)
      #expect(member.parameterCount == architecture.parameterCount)
      #expect(member.multiplyAccumulates == architecture.multiplyAccumulates)
      #expect(member.key == finder.key(of: architecture))
    }
    #expect(invalid < 40)
  }

  @Test func `knows the key only of architectures that share the frame`() throws {
    let space = try Document.space(Document.text())
    let rule = try #require(CompiledRule(space.rule))
    var architecture = try space.rule.architecture(at: [])
    #expect(rule.key(of: architecture) == ArchitectureKey(architecture))
    architecture.classCount += 1
    #expect(rule.key(of: architecture) == nil)
  }

  /// The multiply-accumulates alone would not fit an `Int`.
  @Test func `and a check refuse absurd sizes without overflowing`() throws {
    let space = try Document.space(
      Document.text(
        architecture:
          "{image-size: 4096, channels: 64, patch-size: 16, classes: 10, depth: 1024, embedding: {choices: [64, 65536]}}",
        heads: "{choices: [1, 1024]}", queryKey: "{choices: [8, 8192]}", value: "{choices: [8, 8192]}",
        mlpHidden: "{choices: [64, 1048576]}"))
    let rule = try #require(CompiledRule(space.rule))
    var member = rule.makeMember()
    let (smallest, largest) = ([0.0, 0, 0, 0, 0], [0.9, 0.9, 0.9, 0.9, 0.9])
    #expect(rule.find(at: smallest, &member))
    let error = #expect(throws: ArchitectureError.self) { try space.rule.architecture(at: largest) }
    #expect(error?.description.contains("parameters, expected at most") == true)
    #expect(!rule.find(at: largest, &member))
  }
}
