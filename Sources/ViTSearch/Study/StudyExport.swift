internal import Foundation
internal import ViTFiles
internal import ViTLatency
internal import ViTNumerics

/// Copies members of a finished study's front out of its folder.
package enum StudyExport {
  /// One member that was copied.
  package struct Item: Hashable, Sendable, Codable {
    package var name: String
    /// The target it serves; nil when the whole front was asked for and no target chose it.
    package var target: String?
    package var latencySeconds: Double
    package var validationAccuracy: Double?
    /// Paths of the copies.
    package var config: String
    package var weights: String?

    private enum CodingKeys: String, SnakeCaseKey {
      case name, target, latencySeconds, validationAccuracy, config, weights
    }
  }

  /// - Parameters:
  ///   - study: A study's folder.
  ///   - target: A target of the study, such as "0.5x" or "12ms", or "all" for the whole front.
  ///   - destination: A folder; made if it does not exist. No file in it is replaced unless `overwrite` is set.
  /// - Returns: What was copied, by ascending latency.
  /// - Throws: `SearchError` when the study has no front yet, no such target, or no member for it. `FileError` when
  ///   something cannot be read or written, or already exists; no new file is left then.
  package static func export(
    study: String, target: String, to destination: String, overwrite: Bool = false
  ) throws -> [Item] {
    let front = try front(of: study)
    let members = try members(of: front, serving: target)
    var copies: [(from: String, to: String)] = []
    let items = try members.map { entry, label -> Item in
      guard let config = entry.configFile else {
        throw SearchError(.badStudy, "\(study)/pareto.json names no configuration for \(entry.name)")
      }
      // Only names are taken from the document, so that no path in it can lead out of the folders.
      let name = (config as NSString).lastPathComponent
      let stem = destination + "/" + (name as NSString).deletingPathExtension
      copies.append(("\(study)/configs/\(name)", stem + ".json"))
      if let weights = entry.weightsFile {
        copies.append(("\(study)/weights/\((weights as NSString).lastPathComponent)", stem + ".safetensors"))
      }
      return Item(
        name: entry.name, target: label, latencySeconds: entry.latencySeconds,
        validationAccuracy: entry.validation?.mean, config: stem + ".json",
        weights: entry.weightsFile == nil ? nil : stem + ".safetensors")
    }
    try copy(copies, overwrite: overwrite, destination: destination)
    return items
  }

  /// Reads the outcome of a finished study from its folder.
  ///
  /// - Throws: `SearchError` when there is no study, or none that is finished; `FileError`.
  package static func front(of study: String) throws -> FrontDocument {
    let exists = FileManager.default.fileExists(atPath:)
    guard exists("\(study)/pareto.json") else {
      throw SearchError(
        .noStudy,
        exists("\(study)/study.sqlite") || exists("\(study)/plan.json")
          ? "the study in \(study) has no front yet; finish it with: nvit explore SPACE --to \(ShellWord.quoted(study)) --resume"
          : "\(study) is no study folder: neither pareto.json nor study.sqlite is in it")
    }
    return try FrontDocument(contentsOf: "\(study)/pareto.json")
  }

  private static func members(
    of front: FrontDocument, serving text: String
  ) throws(SearchError) -> [(FrontEntry, String?)] {
    if text == "all" { return front.front.map { ($0, $0.targets.first) } }
    guard let target = front.target(matching: text) else {
      let known = (front.targets.map(\.label) + ["all"]).joined(separator: ", ")
      throw SearchError(.unreachableTarget, "the study has no target \"\(text)\", expected one of: \(known)")
    }
    let members = front.members(serving: target)
    guard !members.isEmpty else {
      throw SearchError(
        .unreachableTarget,
        "no member of the front is as fast as \(target.label) (\(ReadableNumber.latency(target.seconds)))")
    }
    return members.map { ($0, target.label) }
  }

  private static func copy(
    _ copies: [(from: String, to: String)], overwrite: Bool, destination: String
  ) throws(FileError) {
    for (source, target) in copies {
      guard FileManager.default.isReadableFile(atPath: source) else {
        throw FileError(.notFound, path: source, reason: "the study's front names it, but it cannot be read")
      }
      guard overwrite || !FileManager.default.fileExists(atPath: target) else {
        throw FileError(.alreadyExists, path: target, reason: "the file exists; replace it with --overwrite")
      }
    }
    let folders = try NewFolders(at: destination)
    var written: [String] = []
    do throws(FileError) {
      for (source, target) in copies {
        let isNew = !FileManager.default.fileExists(atPath: target)
        try AtomicFile.write(try FileContents.read(source), to: target)
        if isNew { written.append(target) }
      }
    } catch {
      // Half a model is worth nothing.
      for path in written { unlink(path) }
      folders.removeEmpty()
      throw error
    }
  }
}
