package import ViTData
package import ViTFiles

/// What gives logits for a student to learn from.
package enum Teacher: Sendable {
  /// A model, asked about every image as the student sees it: cropped, erased and mixed.
  case model(FrozenWeights)
  /// Logits of the training images as they are; no image may be mixed with another then.
  case logits(TeacherLogits)

  /// A model as it is now.
  package init(_ weights: ModelWeights) { self = .model(FrozenWeights(weights)) }

  /// Reads weights or a file of logits; the file's metadata says which it is.
  ///
  /// - Parameter supplement: What is known of weights beside the file; logits need none.
  /// - Throws: `FileError` that names the tensor or metadata entry that is missing or wrong.
  package init(
    contentsOf path: String, _ supplement: Checkpoint.Supplement = Checkpoint.Supplement()
  ) throws(FileError) {
    let file = try SafeTensorsFile(contentsOf: path)
    if TeacherLogits.isKind(of: file) {
      self = .logits(try TeacherLogits(file))
    } else {
      self = .model(FrozenWeights(try Checkpoint(file, supplement)))
    }
  }
}

extension Teacher {
  /// What to tell the user of a model that is taken to see the images as the student does, because neither its file nor
  /// the user says otherwise; nil for others.
  ///
  /// - Parameters:
  ///   - images: How the student's images are normalised.
  ///   - path: The file's.
  package func assumption(
    _ images: Normalization, path: String, names: Checkpoint.Supplement.Names?
  ) -> String? {
    guard case .model(let weights) = self, weights.normalization == nil else { return nil }
    return Checkpoint.assumption(images, ofWeightsIn: path, names: names)
  }
}

/// Whom a training learns from besides the labels.
package struct Teachers: Sendable {
  /// Whose distribution the student follows, and whose most likely class where there is no `hard`.
  package var main: Teacher?
  /// Whose most likely class the student learns.
  package var hard: Teacher?

  package init(_ main: Teacher? = nil, hard: Teacher? = nil) {
    self.main = main
    self.hard = hard
  }

  /// The teachers that the terms listen to, with their names for messages.
  func asked(by terms: LossTerms) -> [(name: String, teacher: Teacher)] {
    var asked: [(name: String, teacher: Teacher)] = []
    if let main, terms.needsDistribution || (terms.needsClass && hard == nil) { asked.append(("teacher", main)) }
    if let hard, terms.needsClass { asked.append(("hard teacher", hard)) }
    return asked
  }
}
