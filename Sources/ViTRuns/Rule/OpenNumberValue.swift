package import ViTArchitecture

/// A value that is given to an open number, such as 384 for `architecture.embedding`.
package struct OpenNumberValue: Hashable, Sendable {
  /// Of the number, or the end of its path where that is enough to tell it.
  package var path: String
  /// As the document would write it.
  package var text: String

  package init(path: String, text: String) {
    self.path = path
    self.text = text
  }

  /// The middle of the space, but for the numbers that a value is given to.
  ///
  /// - Throws: `RunError` for a path that names no open number, or a value outside its range.
  package static func point(of rule: ScalingRule, with values: [OpenNumberValue]) throws(RunError) -> [Double] {
    var point = rule.middle
    let paths = rule.openNumbers.map(\.path)
    for given in values {
      guard let index = index(of: given.path, in: paths) else {
        let hint = Spelling.nearest(to: given.path, among: paths).map { "did you mean \($0)? " } ?? ""
        throw RunError(
          .badSettings,
          "\(given.path) is no open number; \(hint)"
            + (paths.isEmpty ? "the document leaves none open" : "open: \(paths.joined(separator: ", "))"))
      }
      let number = rule.openNumbers[index]
      guard let value = number.value(from: given.text), let coordinate = number.domain.coordinate(of: value) else {
        throw RunError(.badSettings, "\(given.text) for \(number.path); expected \(number.domainText)")
      }
      point[index] = coordinate
    }
    return point
  }

  /// The number with this path, or the only one whose path ends with it: `embedding` for `architecture.embedding`.
  private static func index(of path: String, in paths: [String]) -> Int? {
    if let index = paths.firstIndex(of: path) { return index }
    let ending = paths.indices.filter { paths[$0].hasSuffix(".\(path)") }
    return ending.count == 1 ? ending[0] : nil
  }
}
