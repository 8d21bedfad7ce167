internal import Foundation
internal import ViTFiles

/// The record of the steps that are done, `steps.json`.
struct PaperLog: Sendable {
  let plan: PaperPlan

  private var path: String { plan.path("steps.json") }

  /// In the order they were done.
  func records() throws(FileError) -> [PaperStepRecord] {
    guard FileManager.default.fileExists(atPath: path) else { return [] }
    return try JSONDocument.read([PaperStepRecord].self, path: path)
  }

  /// Says from the start on what the folder is for.
  func begin() throws(FileError) {
    if !FileManager.default.fileExists(atPath: path) { try write([]) }
  }

  /// Takes the place of an earlier record of the same step.
  func append(_ record: PaperStepRecord) throws(FileError) {
    let all = try records().filter { $0.name != record.name } + [record]
    try write(all)
  }

  private func write(_ records: [PaperStepRecord]) throws(FileError) {
    try AtomicFile.write(try JSONDocument.text(records, named: "steps.json"), to: path)
  }
}
