internal import Foundation
internal import ViTArchitecture
internal import ViTFiles

extension Architecture {
  /// The one architecture that a user names: a JSON architecture, what `nvit rule show --json` and `nvit rule solve --json`
  /// print, a document with a single member, or a baseline of a document, as `FILE#NAME`. What a file is shows in it.
  ///
  /// - Throws: `FileError` for a file that is missing or none of these; `DocumentError` for a mistake in a document;
  ///   `RunError` for one with open numbers, or without the baseline.
  init(source: String) throws {
    var (path, baseline) = (source, String?.none)
    // A file's name may hold the sign.
    if !FileManager.default.fileExists(atPath: source), let mark = source.lastIndex(of: "#") {
      (path, baseline) = (String(source[..<mark]), String(source[source.index(after: mark)...]))
    }
    let text = try FileContents.readText(path)
    if let schema = try? JSONDecoder().decode(Header.self, from: Data(text.utf8)).schema {
      guard baseline == nil else {
        throw RunError(.badSettings, "\(path) is no document, so it has no baseline \"\(baseline ?? "")\".")
      }
      guard schema == Member.schema else {
        do {
          self = try Architecture(json: Data(text.utf8))
          return
        } catch {
          throw FileError(.malformed, path: path, reason: error.description)
        }
      }
      self = try JSONDocument.decode(Member.self, from: Data(text.utf8), path: path).architecture
      return
    }
    let space = try SearchSpace(parsing: text, path: path)
    if let baseline {
      self = try space.baseline(named: baseline).architecture
      return
    }
    guard space.rule.openNumbers.isEmpty else {
      let open = space.rule.openNumbers.map(\.path).joined(separator: ", ")
      throw RunError(
        .badSettings,
        """
        \(path) leaves \(open) open, so it names no single architecture; name a baseline as \(ShellWord.quoted(path + "#NAME")), \
        or what `nvit rule show \(ShellWord.quoted(path)) --json` prints
        """)
    }
    self = try space.rule.architecture(at: [])
  }

  private struct Header: Decodable { var schema: String }

  /// What of a printed member is needed here.
  private struct Member: Decodable {
    static let schema = "nvit.rule/1"
    var architecture: Architecture
  }
}

extension SearchSpace {
  /// - Throws: `RunError` that names those that there are.
  func baseline(named name: String) throws(RunError) -> Baseline {
    guard let found = baselines.first(where: { $0.name == name }) else {
      let names = baselines.map(\.name).joined(separator: ", ")
      throw RunError(
        .badSettings, "\(source.path) has no baseline \"\(name)\"; it has \(names.isEmpty ? "none" : names).")
    }
    return found
  }
}
