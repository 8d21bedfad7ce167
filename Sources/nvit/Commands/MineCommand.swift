internal import ArgumentParser
internal import Foundation
internal import ViTArchitecture
internal import ViTFiles
internal import ViTRegularities

struct MineCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mine",
    abstract: "Find the rules that pruned dimensions follow, and write a search space around them.",
    discussion: """
      Each folder holds a family that `nvit prune` made; several are runs with different seeds from dense models of \
      one architecture, trained alike. For every kind of dimension the profile over the depth is chosen among those of \
      the rule language, with intervals from a bootstrap over runs and blocks, and its mean is tied to the embedding. \
      The document takes data set, recipe, latency settings and targets from the dense model's training, so that \
      `nvit explore` runs it as it stands.

      EXAMPLES
        nvit mine outputs/pruned --to search-spaces/mined-fashion.yaml
        nvit mine outputs/pruned-1 outputs/pruned-2 outputs/pruned-3 --to mined.yaml --picture mined.svg --json mined.json
      """)

  @Argument(help: "Folders that nvit prune made.", completion: .directory)
  var families: [String]

  @Option(help: "Where to write the search space.")
  var to: String

  @Option(help: "Targets to mine, separated by commas, such as 0.5x,0.35x (default: all).")
  var target: String?

  @Option(help: "Seed of the bootstrap and of the permutations.")
  var seed: UInt64 = 0

  @Option(help: "Replicates of the bootstrap.")
  var replicates = 1000

  @Flag(help: "Fix every number as fitted, but for the embedding, instead of opening it over its interval.")
  var fixed = false

  @Option(name: .customLong("json"), help: ArgumentHelp("Also write all findings as JSON.", valueName: "file"))
  var jsonFile: String?

  @Option(
    name: .customLong("picture"), help: ArgumentHelp("Also draw pruned against fitted, as SVG.", valueName: "file"))
  var pictureFile: String?

  @Flag(help: "Replace files that exist.")
  var overwrite = false

  func validate() throws {
    guard !families.isEmpty else { throw ValidationError("no folders, expected at least one that nvit prune made") }
    guard (20...100_000).contains(replicates) else {
      throw ValidationError("--replicates is \(replicates), expected 20 to 100000")
    }
    let files = [to, jsonFile, pictureFile].compactMap { $0.map { URL(fileURLWithPath: $0).standardizedFileURL.path } }
    guard Set(files).count == files.count else {
      throw ValidationError("--to, --json and --picture name one file twice, expected different files")
    }
  }

  func run() throws {
    let read = try families.map { try MinableFamily(folder: $0) }
    for family in read.dropFirst() {
      if let difference = try family.difference(from: read[0]) {
        throw FileError(
          .malformed, path: family.folder,
          reason: "the dense model was trained in another way than that of \(read[0].folder):\n\(difference)")
      }
    }
    let wanted = try wantedTargets(of: read)
    let dimensions = read.map { $0.dimensions.keeping(targets: wanted) }
    let folders = try [to, jsonFile, pictureFile].compactMap { path in
      try path.map { try ResultFile.prepare($0, overwrite: overwrite) }
    }
    defer { folders.forEach { $0.removeEmpty() } }

    Interruption.install()
    let bar = ProgressBar("mining")
    let found = try Mining(seed: seed, replicates: replicates).regularities(of: dimensions) { share in
      bar.update(share)
      return !Interruption.isRequested
    }
    bar.finish("mined \(dimensions.reduce(0) { $0 + $1.snapshots.count }) pruned models")
    let document = document(found, read, dimensions)
    let space = try document.parsed()
    try AtomicFile.write(document.text, to: to)
    if let jsonFile { try AtomicFile.write(try JSONDocument.text(found, named: jsonFile), to: jsonFile) }
    if let pictureFile {
      let title = "\(document.name): what is left of each block"
      try AtomicFile.write(MinePicture.svg(found, families: dimensions, title: title), to: pictureFile)
    }
    print(MineText.report(found))
    print("wrote \(to) (\(RuleText.summary(of: space)))")
    for file in [jsonFile, pictureFile].compactMap(\.self) { print("wrote \(file)") }
  }

  /// The targets that --target names, as the families write them; empty for all.
  private func wantedTargets(of families: [MinableFamily]) throws -> [String] {
    guard let target else { return [] }
    let known = families.flatMap { $0.dimensions.snapshots.map(\.target) }
    return try target.split(separator: ",", omittingEmptySubsequences: false).map { text in
      let parsed = LatencyTarget(String(text))
      guard let parsed, let found = known.first(where: { LatencyTarget($0) == parsed }) else {
        var names: [String] = []
        for name in known where !names.contains(name) { names.append(name) }
        throw ValidationError("--target names \"\(text)\", expected some of \(names.joined(separator: ", "))")
      }
      return found
    }
  }

  private func document(
    _ found: Regularities, _ families: [MinableFamily], _ dimensions: [PrunedDimensions]
  ) -> MinedDocument {
    let scales = Set(dimensions.flatMap { $0.snapshots.map(\.architecture.attentionScale) })
    let date = Date().formatted(.iso8601.year().month().day())
    return MinedDocument(
      name: MineCommand.name(forFile: to), path: to, regularities: found, training: families[0].training,
      targets: found.embeddingShares.map(\.target),
      attentionScale: scales.count == 1 ? scales.first ?? found.dense.attentionScale : found.dense.attentionScale,
      origin: "nvit \(Version.current), \(date)", isOpen: !fixed)
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
