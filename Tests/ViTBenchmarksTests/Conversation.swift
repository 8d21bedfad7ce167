import Foundation
import Testing
import ViTBenchmarks

/// A worker's conversation with its lines written beforehand.
final class Conversation {
  private(set) var answers: [String] = []
  private var lines: [String]

  init(_ lines: [String]) { self.lines = lines }

  var ends: WorkerLines {
    WorkerLines(
      read: { self.lines.isEmpty ? nil : self.lines.removeFirst() }, write: { self.answers.append($0) })
  }

  /// The answers as JSON objects.
  func objects() throws -> [[String: Any]] {
    try answers.map { try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]) }
  }

  /// Lines that nothing has read.
  var unread: Int { lines.count }
}
