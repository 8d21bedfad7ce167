import Foundation
import TestSupport
import Testing
import ViTArchitecture
import ViTLatency

/// A table in NViT's nested format whose times are a product, which multilinear interpolation gives back exactly.
struct NestedTable {
  var embeddings = [256, 512, 768]
  var heads = [1, 6, 12]
  var widths = [1, 32, 64]
  var hidden = [1, 128, 3072]
  /// Seconds of one block; `hidden` is 0 where the key says 1.
  var seconds: (_ e: Int, _ h: Int, _ q: Int, _ v: Int, _ m: Int) -> Double = { e, h, q, v, m in
    1e-9 * Double(e) * (Double(h) * Double(q + 2 * v) + 0.25 * Double(m))
  }

  var json: String {
    func object(_ entries: [(String, String)]) -> String {
      "{" + entries.map { "\"\($0)\": \($1)" }.joined(separator: ", ") + "}"
    }
    let keys = heads.flatMap { h in widths.map { (h, $0) } }
    return object(
      embeddings.map { e in
        (
          "EMB_\(e)",
          object(
            keys.map { h, q in
              (
                "QK_\(h)_\(q)",
                object(
                  widths.map { v in
                    ("V_\(v)", object(hidden.map { ("MLP_\($0)", "\(seconds(e, h, q, v, $0 == 1 ? 0 : $0))") }))
                  })
              )
            })
        )
      })
  }
}

@Suite struct `Imported latency tables` {
  static let conditions = LatencyConditions(
    device: "Tesla V100", engine: "PyTorch", batchSize: 256, threads: 1, precision: "float32", date: "2021-10-01")

  func table(_ text: String, format: LatencyTable.Format = .nested, monotone: Bool = false) throws -> LatencyTable {
    try LatencyTable(importing: text, format: format, conditions: Self.conditions, tokenCount: 197, monotone: monotone)
  }

  func block(_ h: Int, _ q: Int, _ v: Int, _ m: Int) -> Architecture.Block {
    Architecture.Block(heads: h, queryKey: q, value: v, mlpHidden: m)
  }

  /// The indices of the keys are (heads, width), V inherits the heads, an MLP width of 1 stands for 0.
  @Test func `A time stands where its keys say`() throws {
    let source = NestedTable()
    let table = try table(source.json)
    for (h, q, v, m) in [(12, 64, 64, 3072), (1, 32, 64, 128), (6, 64, 1, 3072)] {
      #expect(try table.seconds(of: block(h, q, v, m), embedding: 512) == source.seconds(512, h, q, v, m))
    }
    // Three embeddings of the file and the plane of zeros.
    #expect(table.pointCount == 4 * 3 * 3 * 3 * 3)
  }

  /// The function is linear in each dimension, so interpolation is exact but for rounding: also between an embedding of
  /// 0, which takes no time, and the smallest one.
  @Test func `Between the points, interpolation is multilinear`() throws {
    let source = NestedTable()
    let table = try table(source.json)
    for (e, h, q, v, m) in [(300, 3, 50, 7, 1000), (768, 12, 64, 33, 64), (100, 2, 8, 8, 1), (700, 11, 63, 63, 3071)] {
      let expected = source.seconds(e, h, q, v, m)
      let found = try table.seconds(of: block(h, q, v, m), embedding: e)
      #expect(abs(found / expected - 1) < 1e-12)
    }
  }

  @Test func `A model takes what its blocks take`() throws {
    let source = NestedTable()
    let revit = Architecture.revit(embedding: 384, rule: .officialCode)
    let expected = revit.blocks.reduce(0) {
      $0 + source.seconds(384, $1.heads, $1.queryKey, $1.value, $1.mlpHidden)
    }
    let estimate = try table(source.json).predict(revit)
    #expect(abs(estimate.seconds / expected - 1) < 1e-12)
    #expect(estimate.uncertaintySeconds == 0)
  }

  @Test func `An architecture outside names its block, dimension and the table's range`() throws {
    let table = try table(NestedTable().json)
    func message(_ architecture: Architecture) -> String {
      do { return "\(try table.predict(architecture))" } catch { return "\(error)" }
    }
    var outside = Architecture.deitBase()
    outside.blocks[4].queryKey = 80
    #expect(message(outside) == "block 5: query/key width is 80, the latency table covers 1 to 64")
    #expect(message(.deit(embedding: 1024)).hasPrefix("block 1: embedding is 1024, the latency table covers 0 to 768"))
    #expect(message(.deitBase(distilled: true)).contains("has 198 tokens, the latency table holds for 197"))
  }

  @Test func `A monotone table never falls and is no lower than the original`() throws {
    var source = NestedTable()
    let plain = source.seconds
    // A dip, as measured tables have them.
    source.seconds = { e, h, q, v, m in (q == 32 ? 0.5 : 1) * plain(e, h, q, v, m) }
    let raw = try table(source.json)
    let raised = try table(source.json, monotone: true)
    for e in source.embeddings {
      for h in source.heads {
        for v in source.widths {
          for m in source.hidden {
            let before = try source.widths.map { try raw.seconds(of: block(h, $0, v, m), embedding: e) }
            let after = try source.widths.map { try raised.seconds(of: block(h, $0, v, m), embedding: e) }
            #expect(after == after.sorted())
            #expect(zip(before, after).allSatisfy { $0 <= $1 })
            #expect(after[2] == before[2])
          }
        }
      }
    }
    #expect(raised.isMonotone && raised != raw)
  }

  @Test func `The CSV format holds the same table`() throws {
    let source = NestedTable()
    var lines = ["# seconds of one block", "embedding,heads,query_key,value,mlp_hidden,seconds"]
    for e in [0] + source.embeddings {
      for h in source.heads {
        for q in source.widths {
          for v in source.widths {
            for m in [0, 128, 3072] { lines.append("\(e),\(h),\(q), \(v),\(m),\(source.seconds(e, h, q, v, m))") }
          }
        }
      }
    }
    let shuffled = lines.prefix(2) + lines.dropFirst(2).reversed()
    let csv = try table(shuffled.joined(separator: "\r\n"), format: .csv)
    #expect(csv == (try table(source.json)))
  }

  @Test(arguments: [
    ("MLP_128\": ", "MLP_128\": -", "EMB_256/QK_1_1/V_1/MLP_128: -8.96e-06 seconds, expected 0 or more"),
    ("MLP_128\": ", "MLP_128\": NaN, \"MLP_2\": ", "EMB_256/QK_1_1/V_1/MLP_128, offset 75: NaN is not a number"),
    ("MLP_128\": ", "MLP_128\": 1e999, \"MLP_2\": ", "EMB_256/QK_1_1/V_1/MLP_128: inf seconds"),
    ("MLP_128\": ", "MLP_128\": \"x\", \"MLP_2\": ", "EMB_256/QK_1_1/V_1/MLP_128, offset 75: \"x\" is not a number"),
    ("MLP_128\": ", "MLP_130\": ", "the grid is not complete: EMB_256/QK_1_1/V_1/MLP_128 is missing"),
    ("MLP_128\": ", "MLP_1\": ", "key \"MLP_1\" stands here twice"),
    ("MLP_128\": ", "MLP_0128\": 1, \"MLP_128\": ", "EMB_256/QK_1_1/V_1/MLP_128: this point of the grid stands"),
    ("MLP_128\": ", "MLP_99999999999999999999\": ", "the key does not follow MLP_<width>"),
    ("QK_1_32", "QK_1", "EMB_256/QK_1, offset"),
    ("QK_1_32", "KQ_1_32", "the key does not follow QK_<heads>_<width>"),
    ("V_32", "V_-32", "the key does not follow V_<width>"),
    ("V_32", "V_0", "the key does not follow V_<width>"),
    ("{\"EMB_256", "[\"EMB_256", "at the top level, offset 0: expected an object, found \"[\""),
    ("\"EMB_256", "\"\\u0045MB_256", "a key with escapes"),
    ("{\"MLP_1\"", "{}, {\"MLP_1\"", "EMB_256/QK_1_1/V_1, offset"),
  ])
  func `A damaged table names the key path`(found: String, replaced: String, message: String) throws {
    let text = NestedTable().json
    let range = try #require(text.range(of: found))
    let bad = text.replacingCharacters(in: range, with: replaced)
    let error = #expect(throws: LatencyError.self) { try table(bad) }
    #expect(error?.description.contains(message) == true, "\(String(describing: error))")
  }

  @Test func `Text that ends early or goes on too long is refused`() throws {
    let text = NestedTable().json
    for length in [0, 1, 10, text.count / 2, text.count - 1] {
      #expect(throws: LatencyError.self) { try table(String(text.prefix(length))) }
    }
    #expect(throws: LatencyError.self) { try table(text + "}") }
    #expect(throws: LatencyError.self) { try table(String(repeating: "{", count: 100_000)) }
  }

  @Test(arguments: [
    ("", "the file is empty"),
    ("a,b\n", "line 1: found \"a,b\", expected \"embedding,heads"),
    ("HEAD", "the table is empty"),
    ("HEAD\n1,1,1,1,1\n", "line 2: 5 values, expected 6"),
    ("HEAD\n1,1,1,1,x,1\n", "line 2: MLP width is \"x\", expected an integer"),
    ("HEAD\n1,-1,1,1,1,1\n", "line 2: heads is \"-1\", expected an integer"),
    ("HEAD\n1,1,1,1,1,-2\n", "line 2: -2.0 seconds, expected 0 or more"),
    ("HEAD\n1,1,1,1,1,nan\n", "line 2: nan seconds, expected 0 or more"),
    ("HEAD\n1,1,1,1,1,fast\n", "line 2: \"fast\" is not a number of seconds"),
    ("HEAD\n1,1,1,1,1,2\n1,1,1,1,1,3\n", "line 3: this point of the grid stands in the table twice"),
    ("HEAD\n1,1,1,1,1,2\n2,2,1,1,1,3\n", "the grid is not complete: the line for 1,2,1,1,1 is missing"),
  ])
  func `A damaged CSV file names the line`(text: String, message: String) throws {
    let header = "embedding,heads,query_key,value,mlp_hidden,seconds"
    let error = #expect(throws: LatencyError.self) {
      try table(text.replacingOccurrences(of: "HEAD", with: header), format: .csv)
    }
    #expect(error?.description.contains(message) == true, "\(String(describing: error))")
  }
}
