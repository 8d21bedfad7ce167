import Foundation
import Testing
import ViTArchitecture

@Suite struct `Architectures` {
  /// Published parameter counts; multiply-accumulates are linear layers plus both attention products.
  @Test func `DeiT has the published sizes`() {
    #expect(Architecture.deitTiny().parameterCount == 5_717_416)
    #expect(Architecture.deitSmall().parameterCount == 22_050_664)
    #expect(Architecture.deitBase().parameterCount == 86_567_656)
    #expect(Architecture.deitTiny(distilled: true).parameterCount == 5_910_800)
    #expect(Architecture.deitSmall(distilled: true).parameterCount == 22_436_432)
    #expect(Architecture.deitBase(distilled: true).parameterCount == 87_338_192)
    #expect(Architecture.deitTiny().multiplyAccumulates == 1_253_683_200)
    #expect(Architecture.deitSmall().multiplyAccumulates == 4_598_882_304)
    #expect(Architecture.deitBase().multiplyAccumulates == 17_563_828_224)
  }

  @Test func `ReViT by the official code has the published size and block dimensions`() {
    let small = Architecture.revit(embedding: 384, rule: .officialCode)
    #expect(small.parameterCount == 22_737_512)
    #expect(small.multiplyAccumulates == 4_679_800_448)
    #expect(small.blocks.map(\.heads) == [10, 4, 4, 8, 8, 8, 8, 8, 8, 4, 4, 10])
    #expect(small.blocks.map(\.queryKey) == [32, 16, 16, 32, 32, 32, 32, 32, 32, 16, 16, 32])
    #expect(
      small.blocks.map(\.mlpHidden) == [1152, 1152, 1152] + Array(repeating: 2304, count: 6) + [1152, 1152, 1152])
    let tiny = Architecture.revit(embedding: 176, rule: .officialCode)
    #expect(tiny.blocks.map(\.heads) == [10, 2, 2, 4, 4, 4, 4, 4, 4, 2, 2, 10])
    #expect(tiny.blocks.map(\.queryKey) == [16, 8, 8, 16, 16, 16, 16, 16, 16, 8, 8, 16])
    #expect(tiny.blocks.map(\.mlpHidden) == [528, 528, 528] + Array(repeating: 1056, count: 6) + [528, 528, 528])
  }

  /// The paper's ratios count weight matrices only; here everything is counted, as the method's size table does.
  @Test func `ReViT by the table has the sizes computed for it`() {
    let plain = Architecture.revit(embedding: 384, rule: .table)
    #expect((Double(plain.parameterCount) / 1e6 * 1000).rounded() == 21753)
    #expect((Double(plain.multiplyAccumulates) / 1e9 * 1000).rounded() == 4436)
    let distilled = Architecture.revit(embedding: 176, rule: .table, distilled: true)
    #expect((Double(distilled.parameterCount) / 1e6 * 1000).rounded() == 4876)
    #expect((Double(distilled.multiplyAccumulates) / 1e9 * 1000).rounded() == 992)
  }

  @Test func `The canonical form survives a round trip and identifies`() throws {
    let revit = Architecture.revit(embedding: 176, rule: .officialCode, distilled: true)
    let copy = try Architecture(json: Data(revit.canonicalJSON.utf8))
    #expect(copy == revit)
    #expect(copy.digest == revit.digest)
    var other = revit
    other.blocks[5].mlpHidden += 1
    #expect(other.digest != revit.digest)
    #expect(revit.canonicalJSON.hasPrefix(#"{"attention_scale":0.125,"blocks":[{"heads":10,"mlp_hidden":528,"#))
  }

  @Test(arguments: [
    (#""heads":10"#, #""heads":0"#, "block 1: heads is 0, expected 1 to 1024"),
    (#""mlp_hidden":528"#, #""mlp_hidden":9223372036854775807"#, "block 1: MLP width is 9223372036854775807"),
    (#""embedding":176"#, #""embedding":-4"#, "embedding is -4, expected 1 to 65536"),
    (#""patch_size":16"#, #""patch_size":15"#, "patch size is 15, expected a divisor of the image size 224"),
    (#""embedding":176"#, #""embedding":"x""#, "wrong type at embedding, expected a whole number"),
    (#""embedding":176,"#, "", "key \"embedding\" is missing at the top level"),
    ("nvit.architecture/1", "nvit.architecture/9", "schema is \"nvit.architecture/9\""),
    ("{", "", "JSON"),
  ])
  func `A bad document says what is wrong`(found: String, replaced: String, message: String) throws {
    let text = Architecture.revit(embedding: 176, rule: .officialCode).canonicalJSON
    let range = try #require(text.range(of: found))
    let bad = text.replacingCharacters(in: range, with: replaced)
    let error = #expect(throws: ArchitectureError.self) { try Architecture(json: Data(bad.utf8)) }
    #expect(error?.description.contains(message) == true, "\(String(describing: error))")
  }
}
