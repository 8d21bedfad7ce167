package import ViTFiles
package import ViTPruning

/// What a pruning run was asked for, as `run.json` in its folder holds it.
package struct PruningDescription: ProjectDocument, Hashable {
  package static let schemas = ["nvit.pruning/2", "nvit.pruning/1"]
  package static let fileName = "run.json"

  package var schema = PruningDescription.currentSchema
  /// The dense model's name.
  package var name: String
  package var settings: PruningSettings
  /// Of data, dense weights and hard teacher.
  package var digests: InputDigests

  package init(name: String, settings: PruningSettings, digests: InputDigests) {
    self.name = name
    self.settings = settings
    self.digests = digests
  }

  private enum CodingKeys: String, CodingKey {
    case schema, name, settings, digests
  }

  /// Keys of the first schema, which knew the dense weights' digest alone.
  private enum FormerKeys: String, SnakeCaseKey { case denseDigest }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    schema = try container.decode(String.self, forKey: .schema)
    name = try container.decode(String.self, forKey: .name)
    settings = try container.decode(PruningSettings.self, forKey: .settings)
    if schema == PruningDescription.currentSchema {
      digests = try container.decode(InputDigests.self, forKey: .digests)
    } else {
      let former = try decoder.container(keyedBy: FormerKeys.self)
      digests = InputDigests([.dense: try former.decode(String.self, forKey: .denseDigest)])
    }
  }

  package mutating func changePaths(_ change: (String) -> String) {
    settings.hardTeacher = settings.hardTeacher.map(change)
  }

  /// Checks that a run goes on with what it was started with; data, weights and teachers are known by their content.
  ///
  /// - Parameters:
  ///   - folder: The run's.
  ///   - places: Where the inputs lie now.
  /// - Throws: `FileError` with both digests; `PruningError` for a setting that differs.
  package func check(
    against started: PruningDescription, folder: String, places: [InputDigests.Name: String]
  ) throws {
    var asked = settings
    // Where the teacher lies does not matter where its content is known.
    if asked.hardTeacher != nil, started.settings.hardTeacher != nil, started.digests[.hardTeacher] != nil {
      asked.hardTeacher = started.settings.hardTeacher
    }
    if let difference = asked.difference(from: started.settings) {
      throw PruningError(.settingsChanged, "\(folder): \(difference); resume with the same options")
    }
    try digests.check(against: started.digests, folder: folder, places: places)
  }
}
