internal import Foundation
internal import Synchronization

/// Turns the first Ctrl-C (SIGINT) or SIGTERM into a flag that long work polls; a second one ends the process.
enum Interruption {
  private static let flag = Atomic<Bool>(false)

  /// Whether the user asked to stop.
  static var isRequested: Bool { flag.load(ordering: .relaxed) }

  /// Installs the handlers. Call once, before long work starts.
  static func install() {
    for number in [SIGINT, SIGTERM] {
      signal(number) { received in
        // Only async-signal-safe work: set the flag, and give the next signal its default meaning.
        Interruption.flag.store(true, ordering: .relaxed)
        signal(received, SIG_DFL)
      }
    }
  }
}
