internal import Foundation
package import ViTArchitecture
package import ViTFiles
internal import ViTKernels

/// All that a training needs to go on where it stopped: weights, AdamW's moments, moving average and update count.
package final class TrainingState {
  package let weights: ModelWeights
  /// AdamW's first moments, one for each weight.
  package let moment1: ModelWeights
  /// AdamW's second moments, one for each weight.
  package let moment2: ModelWeights
  /// The moving average of the weights, where the training keeps one.
  package let average: Average?
  /// Updates made.
  package let updates: Int

  /// A moving average of weights.
  package struct Average {
    package let values: ModelWeights
    /// Updates since it began, which say how fast it forgets.
    package let updates: Int

    package init(values: ModelWeights, updates: Int) {
      self.values = values
      self.updates = updates
    }
  }

  /// - Parameter average: Nil when no moving average is kept. All four are of the same architecture.
  package init(
    weights: ModelWeights, moment1: ModelWeights, moment2: ModelWeights, average: Average?, updates: Int
  ) {
    precondition(
      [moment1, moment2, average?.values ?? weights].allSatisfy { $0.architecture == weights.architecture },
      "the parts of a training state belong to one architecture")
    self.weights = weights
    self.moment1 = moment1
    self.moment2 = moment2
    self.average = average
    self.updates = updates
  }

  /// The state of a training that is about to begin from these weights.
  package convenience init(startingFrom weights: ModelWeights) {
    self.init(
      weights: weights, moment1: ModelWeights(zeroed: weights.architecture),
      moment2: ModelWeights(zeroed: weights.architecture), average: nil, updates: 0)
  }

  package var architecture: Architecture { weights.architecture }

  private var parts: [(name: String, values: ModelWeights)] {
    [("weights", weights), ("moment1", moment1), ("moment2", moment2)]
      + (average.map { [("average", $0.values)] } ?? [])
  }

  private static let schema = "nvit.training-state/2"
  /// Its averages began at the weights of the training's start and cannot be gone on with; all else is the same.
  private static let earlierSchema = "nvit.training-state/1"

  /// Writes the state atomically, as a safetensors file whose tensors are named `weights.…`, `moment1.…`, `moment2.…`
  /// and `average.…`.
  ///
  /// - Throws: `FileError`; the target is then unchanged.
  package func write(to path: String) throws(FileError) {
    let tensors = parts.flatMap { name, values in
      values.table.entries.map { entry in
        SafeTensorsFile.NewTensor(
          "\(name).\(entry.name)", shape: entry.shape, values: values.arena[entry.range].values)
      }
    }
    var metadata = [
      "schema": TrainingState.schema, "architecture": architecture.canonicalJSON, "updates": String(updates),
    ]
    if let average { metadata["averaged_updates"] = String(average.updates) }
    try SafeTensorsFile.write(tensors: tensors, metadata: metadata, to: path)
  }

  /// - Throws: `FileError` that names the tensor or metadata entry that is missing or wrong.
  package convenience init(contentsOf path: String) throws(FileError) {
    let file = try SafeTensorsFile(contentsOf: path)
    let schema = file.metadata["schema"]
    guard schema == TrainingState.schema || schema == TrainingState.earlierSchema,
      let text = file.metadata["architecture"],
      let updates = file.metadata["updates"].flatMap({ Int($0) }), updates >= 0
    else {
      throw FileError(
        .malformed, path: path,
        reason: """
          the metadata is not a training state's: schema is \(schema.map { "\"\($0)\"" } ?? "absent"), \
          expected "\(TrainingState.schema)" with an architecture and a number of updates
          """)
    }
    let architecture: Architecture
    do {
      architecture = try Architecture(json: Data(text.utf8))
    } catch {
      throw FileError(.malformed, path: path, reason: "architecture in the metadata: \(error)")
    }
    func check(_ part: String, _ table: ParameterTable) throws(FileError) {
      for entry in table.entries {
        let name = "\(part).\(entry.name)"
        guard let tensor = file.tensor(named: name), tensor.shape == entry.shape else {
          throw FileError(.malformed, path: path, reason: "tensor \"\(name)\" of shape \(entry.shape) is missing")
        }
      }
    }
    func read(_ part: String) throws(FileError) -> ModelWeights {
      let values = ModelWeights(zeroed: architecture)
      for entry in values.table.entries {
        values.arena[entry.range].copy(from: try file.floats("\(part).\(entry.name)"))
      }
      return values
    }
    // Before any memory is taken: a few bytes of metadata can name a network of any size.
    let table = ParameterTable(architecture)
    for part in ["weights", "moment1", "moment2"] { try check(part, table) }
    let hasAverage = file.tensors.contains { $0.name.hasPrefix("average.") }
    if hasAverage { try check("average", table) }
    var average: Average?
    if hasAverage {
      guard schema == TrainingState.schema else {
        throw FileError(
          .malformed, path: path,
          reason: """
            the state is an earlier version's (\(TrainingState.earlierSchema)), whose moving average began at the \
            first weights; a training that keeps an average cannot go on from it, begin it anew
            """)
      }
      let found = file.metadata["averaged_updates"]
      guard let averaged = found.flatMap({ Int($0) }), averaged >= 0, averaged <= updates else {
        throw FileError(
          .malformed, path: path,
          reason: """
            metadata entry "averaged_updates" is \(found.map { "\"\($0)\"" } ?? "missing"), expected the updates that \
            the moving average is of, 0 to \(updates)
            """)
      }
      average = Average(values: try read("average"), updates: averaged)
    }
    self.init(
      weights: try read("weights"), moment1: try read("moment1"), moment2: try read("moment2"), average: average,
      updates: updates)
  }
}
