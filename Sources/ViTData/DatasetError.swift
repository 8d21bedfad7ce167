/// A data set specification that its files cannot meet.
package struct DatasetError: Error, CustomStringConvertible, Sendable {
  /// What was asked for, and what is possible.
  package let description: String

  init(_ description: String) { self.description = description }
}
