package import ViTArchitecture
package import ViTData
internal import ViTFiles
internal import ViTNumerics

extension Checkpoint {
  /// What is known of weights beside their file, for files of other tools, and how a user says it.
  package struct Supplement: Sendable {
    package var architecture: Architecture?
    /// Of pixels from 0 to 1: one number for each channel, or one for all. Both or neither are there.
    package var mean: [Double]?
    package var deviation: [Double]?
    /// Nil where nothing can be said.
    package var names: Names?
    /// Whether the file's own word goes first; else the two must agree, since a user who names another is mistaken.
    package var isFallback = false

    /// What the options or keys are called, for messages.
    package struct Names: Hashable, Sendable {
      package var architecture: String
      package var mean: String
      package var deviation: String

      /// Options of a command: `--architecture`, or `--hard-teacher-architecture` with the prefix `hard-teacher-`.
      package static func options(_ prefix: String = "") -> Names {
        Names(architecture: "--\(prefix)architecture", mean: "--\(prefix)mean", deviation: "--\(prefix)deviation")
      }

      /// Keys of a document's recipe.
      package static let recipe = Names(
        architecture: "recipe.distillation.architecture", mean: "recipe.distillation.mean",
        deviation: "recipe.distillation.deviation")
    }

    package init(architecture: Architecture? = nil, names: Names? = nil) {
      self.architecture = architecture
      self.names = names
    }

    /// What is known of a model for the case that its file does not say it.
    package init(fallback architecture: Architecture, _ normalization: Normalization?) {
      self.init(architecture: architecture)
      isFallback = true
      mean = normalization?.mean.map { Double($0) }
      deviation = normalization?.standardDeviation.map { Double($0) }
    }

    /// - Parameter architecture: What the facts' path holds.
    package init(_ facts: WeightsFacts, architecture: Architecture?, names: Names) {
      self.init(architecture: architecture, names: names)
      (mean, deviation) = (facts.mean, facts.deviation)
    }

    /// The architecture of a file.
    ///
    /// - Parameter own: Of the file's metadata.
    /// - Throws: `FileError` when there is none, or the two differ.
    func architecture(beside own: Architecture?, path: String) throws(FileError) -> Architecture {
      guard let own else {
        if let architecture { return architecture }
        let advice = names.map { "; \($0.architecture) names one" } ?? ""
        throw FileError(
          .malformed, path: path,
          reason: "the metadata holds no architecture, expected that of a file of nvit's\(advice)")
      }
      if let architecture, architecture != own, !isFallback {
        throw FileError(.malformed, path: path, reason: "the file's architecture is not the one that was named")
      }
      return own
    }

    /// What a file's pixels are normalised by; nil where neither the file nor the user says it.
    ///
    /// - Parameter own: Of the file's metadata.
    /// - Throws: `FileError` when the two differ, or the numbers do not fit the channels.
    func normalization(beside own: Normalization?, channels: Int, path: String) throws(FileError) -> Normalization? {
      guard let mean, let deviation, own == nil || !isFallback else { return own }
      let (given, expected) = (Set([mean.count, deviation.count]), Set([1, channels]))
      guard given.count == 1, given.isSubset(of: expected) else {
        throw FileError(
          .malformed, path: path,
          reason: """
            \(mean.count) means and \(deviation.count) deviations are named for \(channels) channels, expected one for \
            each or one for all
            """)
      }
      let named = Normalization(
        mean: (0..<channels).map { Float(mean[min($0, mean.count - 1)]) },
        standardDeviation: (0..<channels).map { Float(deviation[min($0, deviation.count - 1)]) })
      if let own, own != named {
        throw FileError(
          .malformed, path: path,
          reason: "its metadata say \(own.text), but \(named.text) are named; leave those out")
      }
      return named
    }
  }

  /// What the file's pixels are normalised by; nil where neither the file nor the user says it.
  package var normalization: Normalization? {
    guard let mean, let standardDeviation else { return nil }
    return Normalization(mean: mean, standardDeviation: standardDeviation)
  }

  /// What to tell the user where neither the file nor the user says what pixels are normalised by.
  ///
  /// - Parameters:
  ///   - assumed: What is taken instead.
  ///   - names: How the user can say it; nil where that cannot be said.
  package static func assumption(
    _ assumed: Normalization, ofWeightsIn path: String, names: Supplement.Names?
  ) -> String {
    """
    \(path) does not say what its pixels are normalised by; those of the training images are assumed: \(assumed.text)\
    \(names.map { " (\($0.mean) and \($0.deviation) name others)" } ?? "")
    """
  }
}

extension Normalization {
  /// Such as "mean 0.286, deviation 0.353".
  package var text: String {
    func list(_ values: [Float]) -> String {
      values.map { ReadableNumber.significant(Double($0)) }.joined(separator: " ")
    }
    return "mean \(list(mean)), deviation \(list(standardDeviation))"
  }
}
