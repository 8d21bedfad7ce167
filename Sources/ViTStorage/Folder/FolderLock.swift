internal import Foundation
internal import ViTFiles

/// Holds a folder for one process: an advisory lock (`flock`) on the folder itself, which leaves no file behind and
/// which the operating system releases when the process ends, however it ends.
final class FolderLock: Sendable {
  private let descriptor: Int32

  /// - Throws: `FileError`, with the code `locked` when another run, of whatever process, holds the folder.
  init(path: String) throws(FileError) {
    let opened = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard opened >= 0 else { throw FileError(.cannotRead, path: path, errno: errno) }
    // Another process may be looking, for a moment, whether the folder is held.
    var attempts = 1
    while flock(opened, LOCK_EX | LOCK_NB) != 0 {
      let reason = errno
      if reason == EWOULDBLOCK, attempts < 5 {
        attempts += 1
        usleep(20_000)
        continue
      }
      close(opened)
      guard reason == EWOULDBLOCK else { throw FileError(.cannotWrite, path: path, errno: reason) }
      throw FileError(
        .locked, path: path, reason: "another run is at work in the folder; wait for it, or choose another folder")
    }
    descriptor = opened
  }

  deinit { close(descriptor) }

  /// Whether a process holds the folder; false also for a folder that cannot be read.
  static func isHeld(_ path: String) -> Bool {
    let opened = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard opened >= 0 else { return false }
    defer { close(opened) }
    return flock(opened, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK
  }
}
