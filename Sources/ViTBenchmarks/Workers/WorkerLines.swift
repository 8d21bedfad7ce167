internal import Foundation

/// The two ends of a worker's conversation: lines of commands in, lines of JSON out.
package struct WorkerLines {
  /// The next line without its end; nil when there are no more.
  package var read: () -> String?
  /// Receives an answer without a line end; it has to arrive before the next command is read.
  package var write: (String) throws -> Void

  package init(read: @escaping () -> String?, write: @escaping (String) throws -> Void) {
    self.read = read
    self.write = write
  }

  /// Keys are sorted; numbers that JSON lacks are "inf", "-inf" and "nan".
  func answer(_ value: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    try write(String(decoding: try encoder.encode(value), as: UTF8.self))
  }
}
