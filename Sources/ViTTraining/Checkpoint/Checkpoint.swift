internal import Foundation
package import ViTArchitecture
internal import ViTData
package import ViTFiles
internal import ViTKernels

/// Weights on disk: a safetensors file with timm's tensor names, and what is needed to use them in its metadata.
package struct Checkpoint {
  package let weights: ModelWeights
  /// Absent in files that another tool wrote.
  package let recipe: TrainingRecipe?
  /// Per channel, of pixels in [0, 1]; absent in files that another tool wrote, unless the user said them.
  package let mean: [Float]?
  package let standardDeviation: [Float]?
  /// Every entry of the file's metadata.
  package let metadata: [String: String]

  private static let schema = "nvit.checkpoint/1"

  private struct NormalizationRecord: Codable {
    var mean: [Float]
    var standardDeviation: [Float]

    func fits(channels: Int) -> Bool {
      mean.count == channels && mean.allSatisfy(\.isFinite) && standardDeviation.count == channels
        && standardDeviation.allSatisfy { $0.isFinite && $0 > 0 }
    }
  }

  /// Writes weights atomically.
  ///
  /// - Parameters:
  ///   - extra: Further metadata, such as the seed.
  /// - Throws: `FileError`; the target is then unchanged.
  package static func write(
    _ weights: ModelWeights, recipe: TrainingRecipe?, mean: [Float], standardDeviation: [Float],
    extra: [String: String] = [:], to path: String
  ) throws(FileError) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    var metadata = extra
    // What other readers of safetensors files look for.
    metadata["format"] = "pt"
    metadata["schema"] = schema
    metadata["architecture"] = weights.architecture.canonicalJSON
    do {
      if let recipe { metadata["recipe"] = String(decoding: try encoder.encode(recipe), as: UTF8.self) }
      let normalization = NormalizationRecord(mean: mean, standardDeviation: standardDeviation)
      metadata["normalization"] = String(decoding: try encoder.encode(normalization), as: UTF8.self)
    } catch {
      throw FileError(.malformed, path: path, reason: "the recipe cannot be written as JSON: \(error)")
    }
    try SafeTensorsFile.write(
      tensors: weights.table.entries.map { entry in
        SafeTensorsFile.NewTensor(entry.name, shape: entry.shape, values: weights.arena[entry.range].values)
      }, metadata: metadata, to: path)
  }

  /// Reads weights and checks that names and shapes are exactly those of the architecture.
  ///
  /// - Parameter architecture: For files without an architecture in their metadata; where both are there they must
  ///   agree.
  /// - Throws: `FileError` that names the tensor or metadata entry in question.
  package init(contentsOf path: String, architecture: Architecture? = nil) throws(FileError) {
    try self.init(SafeTensorsFile(contentsOf: path), Supplement(architecture: architecture))
  }

  /// The same with all that is known beside the file.
  package init(contentsOf path: String, _ supplement: Supplement) throws(FileError) {
    try self.init(SafeTensorsFile(contentsOf: path), supplement)
  }

  init(_ file: SafeTensorsFile, _ supplement: Supplement) throws(FileError) {
    let path = file.path
    let architecture = try supplement.architecture(beside: Checkpoint.architecture(of: file), path: path)
    let table = ParameterTable(architecture)
    let expected = Dictionary(uniqueKeysWithValues: table.entries.map { ($0.name, $0.shape) })
    for tensor in file.tensors {
      guard let shape = expected[tensor.name] else {
        throw FileError(
          .malformed, path: path, reason: "tensor \"\(tensor.name)\" belongs to no part of this architecture")
      }
      guard shape == tensor.shape else {
        throw FileError(
          .malformed, path: path, reason: "tensor \"\(tensor.name)\" has shape \(tensor.shape), expected \(shape)")
      }
    }
    for entry in table.entries where file.tensor(named: entry.name) == nil {
      throw FileError(.malformed, path: path, reason: "tensor \"\(entry.name)\" is missing, expected \(entry.shape)")
    }
    weights = ModelWeights(architecture, seed: 0)
    for entry in table.entries { weights.arena[entry.range].copy(from: try file.floats(entry.name)) }
    metadata = file.metadata
    recipe = try Checkpoint.decode(TrainingRecipe.self, "recipe", file.metadata, path: path)
    let normalization = try Checkpoint.decode(NormalizationRecord.self, "normalization", file.metadata, path: path)
    if let normalization, !normalization.fits(channels: architecture.channels) {
      throw FileError(
        .malformed, path: path,
        reason: """
          metadata entry "normalization" has mean \(normalization.mean) and standardDeviation \
          \(normalization.standardDeviation), expected finite numbers for \(architecture.channels) channels, the \
          deviations above 0
          """)
    }
    let known = try supplement.normalization(
      beside: normalization.map { Normalization(mean: $0.mean, standardDeviation: $0.standardDeviation) },
      channels: architecture.channels, path: path)
    mean = known?.mean
    standardDeviation = known?.standardDeviation
  }

  /// That of the metadata; nil where they hold none.
  private static func architecture(of file: SafeTensorsFile) throws(FileError) -> Architecture? {
    guard let text = file.metadata["architecture"] else { return nil }
    do {
      return try Architecture(json: Data(text.utf8))
    } catch {
      throw FileError(.malformed, path: file.path, reason: "architecture in the metadata: \(error)")
    }
  }

  private static func decode<Value: Decodable>(
    _ type: Value.Type, _ key: String, _ metadata: [String: String], path: String
  ) throws(FileError) -> Value? {
    guard let text = metadata[key] else { return nil }
    do {
      return try JSONDecoder().decode(type, from: Data(text.utf8))
    } catch {
      let reason = (error as? DecodingError)?.briefDescription(of: Data(text.utf8)) ?? "\(error)"
      throw FileError(.malformed, path: path, reason: "metadata entry \"\(key)\" is not what nvit writes: \(reason)")
    }
  }
}
