internal import Foundation
package import ViTFiles
internal import ViTLatency
internal import ViTSearch

/// Turns a table of block latencies of another device into a file that searches can use.
package struct LatencyImport: Sendable {
  package enum Format: String, Hashable, Sendable, CaseIterable { case nested, csv }

  package struct Settings: Hashable, Sendable {
    /// The table.
    package var table: String
    /// Nil for what the file's name says.
    package var format: Format?
    /// The device that was measured.
    package var device: String
    /// Images in a batch.
    package var batchSize: Int
    /// What ran on the device.
    package var engine = "unknown"
    /// Of weights and activations.
    package var precision = "float32"
    /// Of the sequence that was measured; nil where it is not known.
    package var tokenCount: Int?
    /// Raise each time to the largest of all points with no larger dimension.
    package var isMonotone = false
    /// The file to write.
    package var file: String
    package var overwrite = false

    package init(table: String, device: String, batchSize: Int, to file: String) {
      self.table = table
      self.device = device
      self.batchSize = batchSize
      self.file = file
    }
  }

  package struct Outcome: Encodable, Sendable {
    package let path: String
    package let points: Int
  }

  package let settings: Settings

  package init(_ settings: Settings) { self.settings = settings }

  /// - Throws: `FileError` when the table says what is wrong with it, or the file exists.
  package func run() throws(FileError) -> Outcome {
    let text = try FileContents.readText(settings.table, limit: LatencyFile.sizeLimit)
    let isCSV = settings.format.map { $0 == .csv } ?? settings.table.lowercased().hasSuffix(".csv")
    // Threads are the device's affair; 1 stands for one process.
    let conditions = LatencyConditions(
      device: settings.device, engine: settings.engine, batchSize: settings.batchSize, threads: 1,
      precision: settings.precision, date: Date().formatted(.iso8601))
    let table: LatencyTable
    do throws(LatencyError) {
      table = try LatencyTable(
        importing: text, format: isCSV ? .csv : .nested, conditions: conditions, tokenCount: settings.tokenCount,
        monotone: settings.isMonotone)
    } catch {
      throw FileError(.malformed, path: settings.table, reason: error.description)
    }
    let folders = try ResultFile.prepare(settings.file, overwrite: settings.overwrite)
    defer { folders.removeEmpty() }
    try LatencyFile.table(table).write(to: settings.file)
    return Outcome(path: settings.file, points: table.pointCount)
  }
}
