internal import ArgumentParser
internal import Foundation

/// `--threads`, for every command that computes.
struct ThreadOption: ParsableArguments {
  @Option(name: .long, help: "Threads to compute with (default: every core).")
  var threads: Int?

  /// The number to use.
  var count: Int { threads ?? ProcessInfo.processInfo.activeProcessorCount }

  mutating func validate() throws {
    if let threads, !(1...1024).contains(threads) {
      throw ValidationError("--threads is \(threads), expected 1 to 1024.")
    }
  }
}
