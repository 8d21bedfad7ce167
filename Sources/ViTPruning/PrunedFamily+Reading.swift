package import ViTFiles
internal import ViTLatency

extension PrunedFamily {
  /// Reads the description that a pruning run left in its folder.
  ///
  /// - Throws: `FileError` when the file is missing, of another schema, or does not hold what it should.
  package static func read(folder: String) throws(FileError) -> PrunedFamily {
    let path = folder + "/" + fileName
    let family = try read(inFolder: folder)
    var slugs: Set<String> = []
    for snapshot in family.snapshots {
      let slug = snapshot.slug
      guard slug.contains(where: { $0 != "." }) else {
        throw FileError(
          .malformed, path: path, reason: "target \"\(snapshot.target)\" is no latency target such as \"0.5x\"")
      }
      guard slugs.insert(slug).inserted else {
        throw FileError(.malformed, path: path, reason: "two snapshots are of target \"\(snapshot.target)\"")
      }
    }
    guard !family.snapshots.isEmpty else {
      throw FileError(.malformed, path: path, reason: "the family has no snapshots, expected one at least")
    }
    return family
  }
}

extension PrunedFamily.Model {
  /// Where the weights lie.
  ///
  /// - Parameter folder: Of the family's description.
  package func weightsPath(in folder: String) -> String {
    ProjectPath.resolved(weightsFile, in: folder)
  }
}

extension PrunedFamily.Snapshot {
  /// The target as part of a path.
  package var slug: String { ResolvedTarget.slug(target) }
}
