import Foundation
import ViTArchitecture

/// Builds small documents for tests.
enum Document {
  /// A document with the given rule; five lines of it come before the section `architecture`.
  static func text(
    architecture: String = "{image-size: 32, channels: 3, patch-size: 8, classes: 10, depth: 12, embedding: 64}",
    heads: String = "2", queryKey: String = "16", value: String = "16", mlpHidden: String = "4E", rest: String = ""
  ) -> String {
    """
    nvit: 1
    name: test
    architecture: \(architecture)
    rule:
      heads: \(heads)
      query-key: \(queryKey)
      value: \(value)
      mlp-hidden: \(mlpHidden)
    \(rest)
    """
  }

  static func space(_ text: String) throws -> SearchSpace { try SearchSpace(parsing: text, path: "test.yaml") }

  /// The MLP widths of the member in the middle of a space whose MLP dimension is `mlpHidden`.
  static func widths(_ mlpHidden: String, depth: Int = 12, embedding: Int = 64) throws -> [Int] {
    let architecture =
      "{image-size: 32, channels: 3, patch-size: 8, classes: 10, depth: \(depth), embedding: \(embedding)}"
    let space = try space(text(architecture: architecture, mlpHidden: mlpHidden))
    return try space.rule.architecture(at: space.rule.middle).blocks.map(\.mlpHidden)
  }

  /// The messages about a document, without its path; empty for one without mistakes.
  static func mistakes(_ text: String) -> [String] {
    do throws(DocumentError) {
      _ = try SearchSpace(parsing: text, path: "t")
      return []
    } catch {
      return error.lines.map { String($0.dropFirst(2)) }
    }
  }

  /// The folder of the documents that come with nvit.
  static let shipped = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("search-spaces").path
}
