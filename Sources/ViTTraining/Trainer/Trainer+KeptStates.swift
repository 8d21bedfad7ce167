internal import Foundation
internal import ViTNumerics

extension Trainer.Keeper {
  /// Seconds from one kept state to the next: two minutes, or what the environment variable `NVIT_STATE_SECONDS` says,
  /// as tests do that kill trainings of less than a second.
  package static let usualSeconds: Double = {
    let said = ProcessInfo.processInfo.environment["NVIT_STATE_SECONDS"].flatMap { NumberText.number($0) }
    return said.flatMap { $0 >= 0 ? $0 : nil } ?? 120
  }()
}
