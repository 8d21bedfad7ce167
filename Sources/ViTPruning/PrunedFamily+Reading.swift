internal import Foundation
package import ViTFiles
internal import ViTLatency

extension PrunedFamily {
  package static let fileName = "family.json"

  /// Reads the description that a pruning run left in its folder.
  ///
  /// - Throws: `FileError` when the file is missing, of another schema, or does not hold what it should.
  package static func read(folder: String) throws(FileError) -> PrunedFamily {
    let path = folder + "/" + fileName
    // A newer schema may have other keys, and should be called by its name.
    let schema = try JSONDocument.read(SchemaOnly.self, path: path).schema
    guard schema == currentSchema else {
      throw FileError(.malformed, path: path, reason: "schema is \"\(schema)\", expected \"\(currentSchema)\"")
    }
    let family = try JSONDocument.read(PrunedFamily.self, path: path)
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

  private struct SchemaOnly: Decodable {
    let schema: String
  }
}

extension PrunedFamily.Model {
  /// Where the weights lie.
  ///
  /// - Parameter folder: Of the family's description.
  package func weightsPath(in folder: String) -> String {
    weightsFile.hasPrefix("/") ? weightsFile : folder + "/" + weightsFile
  }
}

extension PrunedFamily.Snapshot {
  /// The target as part of a path.
  package var slug: String { ResolvedTarget.slug(target) }
}
