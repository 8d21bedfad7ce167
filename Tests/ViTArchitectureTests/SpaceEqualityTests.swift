import Testing
import ViTArchitecture

@Suite struct `Two documents` {
  private let text = Document.text(
    rest: """
      summary: a space
      dataset: {format: idx, path: data, validation-count: 10}
      recipe: {epochs: 1, learning-rate: 0.001}
      search: {draws: 8}

      """)

  private func space(_ text: String) throws -> SearchSpace { try Document.space(text) }

  @Test func `that say the same are equal, however they are written`() throws {
    let first = try space(text)
    for other in [
      text.replacing("\n", with: "\r\n"), String(text.dropLast()), text + "# a remark\n",
      text.replacing("path: data", with: "path: \"data\""), text.replacing("draws: 8", with: "draws:   8"),
    ] {
      #expect(try space(other) == first, "\(other)")
    }
  }

  @Test(arguments: [
    ("name: test", "name: other"), ("heads: 2", "heads: 4"), ("draws: 8", "draws: 9"), ("epochs: 1", "epochs: 2"),
    ("validation-count: 10", "validation-count: 11"),
  ])
  func `that ask for something else are not`(old: String, new: String) throws {
    let (first, other) = (try space(text), try space(text.replacing(old, with: new)))
    #expect(first != other && !first.asksForTheSame(as: other))
  }

  @Test(arguments: [("path: data", "path: elsewhere"), ("summary: a space", "summary: the same space")])
  func `that differ in places and words ask for the same`(old: String, new: String) throws {
    let (first, other) = (try space(text), try space(text.replacing(old, with: new)))
    #expect(first != other && first.asksForTheSame(as: other))
  }
}
