internal import Foundation
internal import Synchronization
internal import ViTFiles

/// Where commands write: results to standard output, remarks to standard error.
enum Console {
  /// The first error in writing results.
  private static let failure = Mutex<OutputError?>(nil)

  /// Prints a result; a failure shows in `close`.
  static func print(_ text: String) {
    failure.withLock { failure in
      guard failure == nil else { return }
      // What was printed before by other means comes first.
      guard fflush(nil) == 0 else { return failure = OutputError(errno: errno) }
      do throws(FileError) {
        try FileDescriptorWriter(descriptor: STDOUT_FILENO, path: "standard output").write(Data(text.utf8))
      } catch {
        failure = OutputError(errno: errno)
      }
    }
  }

  /// Prints a line for people.
  static func note(_ text: String) { remark(text + "\n") }

  /// Prints a remark as it is. What cannot be shown is dropped: no work ends because nobody looks on.
  static func remark(_ text: String) {
    try? FileDescriptorWriter(descriptor: STDERR_FILENO, path: "standard error").write(Data(text.utf8))
  }

  /// Call once, first: makes a reader that goes away and a file that may not grow errors like any other, and sees to it that no file which is
  /// opened later takes the place of a standard stream that the caller closed.
  static func open() {
    signal(SIGPIPE, SIG_IGN)
    // A file beyond the limit of the caller's shell is an error like a full disk.
    signal(SIGXFSZ, SIG_IGN)
    for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) == -1 {
      // The lowest free descriptor, which is this one.
      _ = Foundation.open("/dev/null", O_RDWR)
    }
  }

  /// - Throws: `OutputError` when a result could not be written.
  static func requireWritten() throws(OutputError) {
    if let failure = failure.withLock({ $0 }) { throw failure }
  }

  /// Call once, last: passes on what was printed.
  ///
  /// - Throws: `OutputError` when not all of it could be written.
  static func close() throws(OutputError) {
    try requireWritten()
    guard fflush(nil) == 0 else { throw OutputError(errno: errno) }
  }
}

/// Standard output could not be written.
struct OutputError: Error, CustomStringConvertible {
  let errno: Int32

  /// Whether the reader has gone, as `head` does when it has seen enough.
  var isBrokenPipe: Bool { errno == EPIPE }

  var description: String { "cannot write standard output: \(String(cString: strerror(errno)))" }
}
