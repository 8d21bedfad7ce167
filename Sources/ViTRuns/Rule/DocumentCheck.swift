package import ViTArchitecture
internal import ViTFiles
internal import ViTReport

/// Whether a search-space document is in order.
package struct DocumentCheck: Encodable, Sendable {
  package let file: String
  package let ok: Bool
  /// What a document that is in order holds, in words.
  package let summary: String?
  package let mistakes: [DocumentError.Mistake]
  /// Why the file could not be read at all.
  package let error: String?
  /// What is wrong; nil for a document that is in order.
  package let problem: DocumentError?

  private enum CodingKeys: String, CodingKey { case file, ok, summary, mistakes, error }

  /// Reads a document and everything that it says.
  package init(of file: String) {
    self.file = file
    do throws(DocumentError) {
      summary = RuleText.summary(of: try SearchSpace(contentsOf: file))
      (problem, error, mistakes) = (nil, nil, [])
    } catch {
      (summary, problem) = (nil, error)
      (self.error, mistakes) = (error.fileError.map(\.description), error.mistakes)
    }
    ok = problem == nil
  }
}
