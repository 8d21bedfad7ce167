internal import Foundation
internal import ViTNumerics

/// What a report may do in a browser: run its own scripts and use its own styles, known by their digests, and nothing
/// else. No evaluation of text as code, no network.
struct ContentSecurityPolicy {
  let scripts: [String]
  let styles: [String]

  /// For the `http-equiv` meta element of the same name.
  var text: String {
    [
      "default-src 'none'", "script-src \(sources(scripts))", "style-src \(sources(styles))", "connect-src 'none'",
      "base-uri 'none'", "form-action 'none'",
    ].joined(separator: "; ")
  }

  private func sources(_ texts: [String]) -> String {
    texts.isEmpty ? "'none'" : texts.map { "'sha256-\(ContentSecurityPolicy.base64Digest($0))'" }.joined(separator: " ")
  }

  private static func base64Digest(_ text: String) -> String {
    let digits = Array(SHA256.hexDigest(text.utf8))
    let bytes = stride(from: 0, to: digits.count, by: 2).compactMap { UInt8(String(digits[$0..<$0 + 2]), radix: 16) }
    return Data(bytes).base64EncodedString()
  }
}
