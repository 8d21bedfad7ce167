/// What a run is made from, by content: SHA-256 digests by the input's name. A path only says where to look.
package struct InputDigests: Hashable, Sendable {
  /// Names of inputs, as messages call them.
  package enum Name: String, Hashable, Sendable, CaseIterable {
    /// Images and labels, split as the run uses them.
    case data = "data set"
    case space
    case dense = "dense weights"
    case family = "pruned weights"
    case teacher
    case hardTeacher = "hard teacher"
  }

  private var digests: [String: String] = [:]

  package init(_ digests: [Name: String] = [:]) {
    for (name, digest) in digests { self[name] = digest }
  }

  package subscript(name: Name) -> String? {
    get { digests[name.rawValue] }
    set { digests[name.rawValue] = newValue }
  }

  /// These, and those of `other` that are missing here.
  package func filling(_ other: InputDigests) -> InputDigests {
    var all = self
    all.digests.merge(other.digests) { own, _ in own }
    return all
  }

  /// Checks that a run goes on with what it was started with. An input that one of the two does not know, as where an
  /// older version started the run, is not compared.
  ///
  /// - Parameters:
  ///   - started: What the run was started with.
  ///   - folder: The run's, for the message.
  ///   - places: Where the inputs lie now, for the message.
  /// - Throws: `FileError` with both digests.
  package func check(
    against started: InputDigests, folder: String, places: [Name: String] = [:]
  ) throws(FileError) {
    for name in Name.allCases {
      guard let now = self[name], let then = started[name], now != then else { continue }
      let place = places[name].map { " in \($0)" } ?? ""
      throw FileError(
        .changed, path: folder,
        reason: """
          SHA-256 of the \(name.rawValue)\(place) is \(now), expected \(then) as at the start; put back what was \
          there, say where it lies, or start anew in another folder
          """)
    }
  }
}

extension InputDigests: Codable {
  package init(from decoder: any Decoder) throws {
    digests = try decoder.singleValueContainer().decode([String: String].self)
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(digests)
  }
}
