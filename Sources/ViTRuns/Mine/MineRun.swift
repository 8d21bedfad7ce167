internal import Foundation
internal import ViTArchitecture
internal import ViTFiles
package import ViTRegularities
internal import ViTReport

/// Finds the rules that pruned dimensions follow, and writes a search space around them.
package struct MineRun: Sendable {
  package struct Settings: RunSettings, Hashable {
    /// Folders of pruned families.
    package var families: [String]
    /// The search space to write.
    package var file: String
    /// Targets to mine; empty for all.
    package var targets: [String] = []
    /// Of the bootstrap and of the permutations.
    package var seed: UInt64 = 0
    /// Of the bootstrap.
    package var replicates = 1000
    /// Every number as fitted, but for the embedding, instead of open over its interval.
    package var isFixed = false
    /// Where all findings go as JSON; nil for nowhere.
    package var findings: String?
    /// Where the picture goes; nil for nowhere.
    package var picture: String?
    package var overwrite = false

    package init(families: [String], to file: String) {
      self.families = families
      self.file = file
    }

    /// The files that are written.
    package var files: [String] { [file, findings, picture].compactMap(\.self) }
  }

  package struct Outcome: Sendable {
    package let regularities: Regularities
    /// The files that were written, the space first.
    package let files: [String]
    /// What the space holds, in words.
    package let summary: String
  }

  package let settings: Settings

  package init(_ settings: Settings) { self.settings = settings }

  /// Blocks until all is written.
  ///
  /// - Throws: `FileError` when a family is not sound, the dense models were trained in different ways, or a file exists;
  ///   `RunError` for a target that no family has; `RegularityError`; `CancellationError` when the observer asks to
  ///   stop.
  package func run(_ observer: RunObserver = .none) throws -> Outcome {
    let read = try settings.families.map { try MinableFamily(folder: $0) }
    for family in read.dropFirst() {
      if let difference = try family.difference(from: read[0]) {
        throw FileError(
          .malformed, path: family.folder,
          reason: "the dense model was trained in another way than that of \(read[0].folder):\n\(difference)")
      }
    }
    let wanted = try wantedTargets(of: read)
    let dimensions = read.map { $0.dimensions.keeping(targets: wanted) }
    let folders = try settings.files.map { try ResultFile.prepare($0, overwrite: settings.overwrite) }
    defer { folders.forEach { $0.removeEmpty() } }

    let found = try Mining(seed: settings.seed, replicates: settings.replicates).regularities(
      of: dimensions, progress: observer.fractions(of: "mining"))
    observer.finished("mined \(dimensions.reduce(0) { $0 + $1.snapshots.count }) pruned models")
    let document = document(found, read, dimensions)
    let space = try document.parsed()
    try AtomicFile.write(document.text, to: settings.file)
    if let file = settings.findings { try AtomicFile.write(try JSONDocument.text(found, named: file), to: file) }
    if let file = settings.picture {
      let title = "\(document.name): what is left of each block"
      try AtomicFile.write(MinePicture.svg(found, families: dimensions, title: title), to: file)
    }
    return Outcome(regularities: found, files: settings.files, summary: RuleText.summary(of: space))
  }

  /// The targets that the settings name, as the families write them; empty for all.
  private func wantedTargets(of families: [MinableFamily]) throws(RunError) -> [String] {
    let known = families.flatMap { $0.dimensions.snapshots.map(\.target) }
    return try settings.targets.map { text throws(RunError) in
      let parsed = LatencyTarget(text)
      guard let parsed, let found = known.first(where: { LatencyTarget($0) == parsed }) else {
        var names: [String] = []
        for name in known where !names.contains(name) { names.append(name) }
        throw RunError(
          .badSettings, "--target names \"\(text)\", expected some of \(names.joined(separator: ", "))")
      }
      return found
    }
  }

  private func document(
    _ found: Regularities, _ families: [MinableFamily], _ dimensions: [PrunedDimensions]
  ) -> MinedDocument {
    let scales = Set(dimensions.flatMap { $0.snapshots.map(\.architecture.attentionScale) })
    let date = Date().formatted(.iso8601.year().month().day())
    var training = families[0].training
    training.changePaths {
      ProjectPath.stored($0, in: URL(fileURLWithPath: settings.file).deletingLastPathComponent().path)
    }
    var document = MinedDocument(
      name: MineRun.name(forFile: settings.file), path: settings.file, regularities: found,
      training: training,
      attentionScale: scales.count == 1 ? scales.first ?? found.dense.attentionScale : found.dense.attentionScale,
      origin: "nvit \(Version.current), \(date)")
    document.isOpen = !settings.isFixed
    return document
  }

  /// The file's name without its ending, as far as a document's name may hold it.
  private static func name(forFile path: String) -> String {
    let stem = URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent
    let allowed = stem.unicodeScalars.map { scalar in
      scalar.isASCII
        && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) || "_.-".unicodeScalars.contains(scalar))
        ? Character(scalar) : "-"
    }
    let name = String(allowed.drop { $0 == "-" || $0 == "." }.prefix(64))
    return name.isEmpty ? "mined" : name
  }
}

extension MineRun.Outcome {
  /// For people.
  package var text: String {
    MineText.report(regularities) + "\nwrote \(files[0]) (\(summary))\n"
      + files.dropFirst().map { "wrote \($0)\n" }.joined()
  }
}
