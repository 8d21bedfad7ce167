import Foundation
import Testing
import ViTArchitecture

@Suite struct `Shipped documents` {
  @Test(
    arguments: try FileManager.default.contentsOfDirectory(atPath: Document.shipped).filter { $0.hasSuffix(".yaml") })
  func `Every one parses, and its middle is an architecture`(name: String) throws {
    let space = try SearchSpace(contentsOf: "\(Document.shipped)/\(name)")
    #expect("\(space.name).yaml" == name)
    #expect(try space.rule.architecture(at: space.rule.middle).parameterCount > 0)
  }

  /// The member of a shipped family at a width.
  private func member(_ name: String, embedding: Int) throws -> Architecture {
    let rule = try SearchSpace(contentsOf: "\(Document.shipped)/\(name).yaml").rule
    #expect(rule.openNumbers.map(\.path) == ["architecture.embedding"])
    return try rule.architecture(at: [#require(rule.openNumbers[0].domain.coordinate(of: Double(embedding)))])
  }

  @Test(arguments: [192, 384, 768, 64, 1024])
  func `The DeiT document is DeiT`(embedding: Int) throws {
    #expect(try member("deit", embedding: embedding) == .deit(embedding: embedding))
  }

  @Test(arguments: [176, 192, 384] + Array(stride(from: 128, through: 768, by: 16)))
  func `The ReViT documents are both ReViT rules`(embedding: Int) throws {
    #expect(try member("revit-table", embedding: embedding) == .revit(embedding: embedding, rule: .table))
    #expect(try member("revit-official", embedding: embedding) == .revit(embedding: embedding, rule: .officialCode))
  }

  /// Halves are where rounding could differ: 0.005 E is half-way at E = 100, 300, …; 0.05 E / 8 at E = 80, 240, ….
  @Test func `ReViT's rounding is exact at every width`() throws {
    let path = "\(Document.shipped)/revit-official.yaml"
    let text = try String(contentsOfFile: path, encoding: .utf8)
      .replacingOccurrences(of: "{from: 128, through: 768, step: 16}", with: "{from: 101, through: 2048}")
    let rule = try SearchSpace(parsing: text, path: path).rule
    #expect(rule.cardinality == 1948)
    for embedding in 101...2048 {
      let coordinate = try #require(rule.openNumbers[0].domain.coordinate(of: Double(embedding)))
      #expect(try rule.architecture(at: [coordinate]) == .revit(embedding: embedding, rule: .officialCode))
    }
  }

  @Test func `The V100 space is relative to the distilled DeiT-B`() throws {
    let space = try SearchSpace(contentsOf: "\(Document.shipped)/imagenet-v100.yaml")
    #expect(space.baselines[0].architecture == .deitBase(distilled: true))
    #expect(space.targets.first == .relative(0.54, baseline: "deit-b"))
    #expect(space.latency.source == .file("v100-latency.json"))
    #expect(space.dataset == nil && space.recipe == nil)
  }

  @Test func `The quickstart holds what a study needs`() throws {
    let space = try SearchSpace(contentsOf: "\(Document.shipped)/quickstart.yaml")
    #expect(space.dataset?.format == .idx)
    #expect(space.recipe != nil)
    #expect(space.baselines.count >= 3 && space.targets.count >= 3)
    #expect(space.rule.depthRange == 8...8)
    #expect(space.rule.embeddingRange == 16...64)
  }
}
