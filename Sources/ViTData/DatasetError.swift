/// A data set specification that its files cannot meet.
public struct DatasetError: Error, CustomStringConvertible, Sendable {
  /// What was asked for, and what is possible.
  public let description: String

  init(_ description: String) { self.description = description }
}
