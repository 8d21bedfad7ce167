import Foundation
import Testing
import ViTNumerics
import ViTReport
import ViTSearch

@Suite struct `The charts of a report` {
  private func specification(_ name: String, _ studies: [ReportContent]) throws -> [String: Any] {
    let text = try #require(StudyReport(studies, fronts: [], bundle: nil).files()["charts/\(name).vl.json"])
    return try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  private func rows(_ set: String, of name: String, _ studies: [ReportContent]) throws -> [[String: Any]] {
    let sets = try #require(try specification(name, studies)["datasets"] as? [String: Any])
    return try #require(sets[set] as? [[String: Any]])
  }

  private func isNear(_ value: Double, _ expected: Double) -> Bool { abs(value - expected) <= 2 * expected.ulp }

  @Test func `hold every member that has a place in them`() throws {
    let content = try ReportExample.content()
    let members = try rows("members", of: "front", [content])
    // One candidate diverged and has no accuracy.
    #expect(members.count == content.front.entries.count - 1)
    #expect(Set(members.compactMap { $0["id"] as? String }).count == members.count)
    let best = try #require(members.first { $0["name"] as? String == "nvit-0.5x-0badcafe" })
    // Percent and milliseconds; a product of two numbers has half a unit in the last place of error.
    #expect(isNear(try #require(best["value"] as? Double), 83.4))
    #expect(isNear(try #require(best["latency_ms"] as? Double), 10.2))
    #expect(isNear(try #require(best["predicted_ms"] as? Double), 10.2 * 0.96))
    #expect(try rows("members", of: "latency", [content]).count == content.front.entries.count)
    #expect(try rows("history", of: "history-trials", [content]).count == content.history.count)
    #expect(try rows("rungs", of: "rungs", [content]).count == content.rungs?.trials.reduce(0) { $0 + $1.rungs.count })
    // Four dimensions of twelve blocks each, with the last edge, of the best candidate and three baselines.
    #expect(try rows("profiles", of: "profile", [content]).count == 4 * 4 * 13)
  }

  /// Whoever found them: a line that passes by one of them would not be the front, nor one that goes on to the edge.
  @Test func `join all that is on the front, and nothing else`() throws {
    var content = try ReportExample.content()
    for isRandomOn in [false, true] {
      let index = try #require(content.front.entries.firstIndex { $0.name == "random-2" })
      content.front.entries[index].isOnFront = isRandomOn
      let line = try rows("front", of: "front", [content])
      let expected = content.front.front.sorted { $0.latencySeconds < $1.latencySeconds }
      #expect(line.compactMap { $0["name"] as? String } == expected.map(\.name))
      let values = line.compactMap { $0["value"] as? Double }
      #expect(zip(values, expected).allSatisfy { isNear($0, 100 * ($1.validation?.mean ?? 0)) })
      #expect(Set(line.compactMap { $0["line"] as? String }).count == 1)
    }
  }

  @Test func `tell several studies apart by colour, and one study's members by role`() throws {
    func colours(_ studies: [ReportContent]) throws -> [String] {
      let layers = try #require(try specification("front", studies)["layer"] as? [[String: Any]])
      let points = try #require(layers.first { $0["name"] as? String == "members" })
      let encoding = try #require(points["encoding"] as? [String: Any])
      let colour = try #require(encoding["color"] as? [String: Any])
      let scale = try #require(colour["scale"] as? [String: [String]])
      #expect(Set(scale["range"] ?? []).count == scale["domain"]?.count)
      return try #require(scale["domain"])
    }
    #expect(try colours([ReportExample.content()]) == ["candidate", "DeiT", "random search"])
    #expect(try colours([ReportExample.content(study: "a"), try ReportExample.content(study: "b")]) == ["a", "b"])
  }

  @Test func `say in words how the rungs agree and how well latencies were predicted`() throws {
    let rungs = try #require(try specification("rungs", [try ReportExample.content()])["description"] as? String)
    #expect(rungs == "Kendall's tau between the rankings at 5k and 80k images is 0.62 [0.31, 0.84] over 12 members.")
    let latency = try #require(try specification("latency", [try ReportExample.content()])["description"] as? String)
    #expect(latency.hasPrefix("8 of 8 members measured within 10% of the prediction"))
  }

  @Test func `are left out where studies have nothing to draw or cannot be compared`() throws {
    var bare = try ReportContent(Example.front([]), study: "bare")
    #expect(StudyReport([bare], fronts: [], bundle: nil).files().count == 1)
    // Numbers that are no finite numbers have no place in a chart.
    var broken = try ReportExample.content().front.entries[0]
    broken.validation?.accuracy = Estimate(.nan)
    bare.front.entries = [broken]
    #expect(StudyReport([bare], fronts: [], bundle: nil).files()["charts/front.vl.json"] == nil)
    var untrained = try ReportExample.content(study: "untrained")
    untrained.front.objective = .multiplyAccumulates
    let mixed = StudyReport([try ReportExample.content(), untrained], fronts: [], bundle: nil).files()
    #expect(mixed["charts/front.vl.json"] == nil && mixed["charts/latency.vl.json"] != nil)
  }
}
