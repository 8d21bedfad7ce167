internal import Foundation
package import ViTFiles
internal import ViTNumerics

/// Vega, Vega-Lite and Vega-Embed as one script, which draws the charts of a report.
///
/// It is no part of nvit's source: `scripts/vega-bundle` gets it from the Python package vl-convert and writes it to
/// `share/nvit/vega-bundle.js`. Only the bundle whose digest is known here is put into pages.
package struct VegaBundle: Sendable {
  /// What is in it.
  package static let versions = "Vega 6.2.0, Vega-Lite 6.4 and Vega-Embed 7.0.2 from vl-convert 1.9.0"
  package static let fileName = "vega-bundle.js"
  package static let digest = "3425bd951a44d478d0505c6b5d1e8d57656b6e9a4da7bfe88a718ce61d76e572"

  package let script: String

  /// Reads a bundle.
  ///
  /// - Throws: `FileError` when the file is missing or is another than the one that reports are made for.
  package init(contentsOf path: String) throws(FileError) {
    let text = try FileContents.readText(path, limit: 1 << 23)
    let found = SHA256.hexDigest(text.utf8)
    guard found == VegaBundle.digest else {
      throw FileError(
        .malformed, path: path,
        reason: "its SHA-256 is \(found), expected \(VegaBundle.digest); get it again with scripts/vega-bundle")
    }
    script = text
  }

  /// The bundle of this installation, or nil where there is none.
  ///
  /// - Throws: `FileError` when a bundle is there but is not what it should be.
  package static func installed() throws(FileError) -> VegaBundle? {
    let path = candidates(
      environment: ProcessInfo.processInfo.environment,
      executable: Bundle.main.executableURL?.resolvingSymlinksInPath().path
    ).first { FileManager.default.fileExists(atPath: $0) }
    guard let path else { return nil }
    return try VegaBundle(contentsOf: path)
  }

  /// Where a bundle is looked for, first to last: in the folder `NVIT_SHARE`; in `share/nvit` beside the folder of the
  /// executable or beside one of those above it, as it is under `/usr/local` and in a checkout; in the user's data
  /// folder.
  package static func candidates(environment: [String: String], executable: String?) -> [String] {
    if let share = environment["NVIT_SHARE"], !share.isEmpty { return ["\(share)/\(fileName)"] }
    var paths: [String] = []
    var folder = executable.map { URL(fileURLWithPath: $0).deletingLastPathComponent() }
    for _ in 0..<5 {
      guard let above = folder?.deletingLastPathComponent(), above.path != folder?.path else { break }
      paths.append(above.appendingPathComponent("share/nvit/\(fileName)").path)
      folder = above
    }
    if let data = environment["XDG_DATA_HOME"], data.hasPrefix("/") {
      paths.append("\(data)/nvit/\(fileName)")
    } else if let home = environment["HOME"], !home.isEmpty {
      paths.append("\(home)/.local/share/nvit/\(fileName)")
    }
    return paths
  }
}
