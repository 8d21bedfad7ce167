internal import ViTSearch

extension ReportContent {
  /// What the reader should know before believing it, in sentences.
  package var warnings: [String] { FrontAnswers.warnings(front).map(ReportContent.sentence) }

  private static func sentence(_ text: String) -> String {
    guard let first = text.first else { return text }
    // The name of a member stays as it is.
    let isWord = text.prefix { !$0.isWhitespace }.allSatisfy(\.isLetter)
    return (isWord ? first.uppercased() : String(first)) + text.dropFirst() + (text.hasSuffix(".") ? "" : ".")
  }
}
