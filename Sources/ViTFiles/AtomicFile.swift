package import Foundation

/// Writes files so that a reader sees the old content or the new, never a part.
package enum AtomicFile {
  /// Writes `data` to a temporary name beside `path`, syncs it to disk, and renames it into place.
  ///
  /// - Throws: `FileError` naming the path and the operating system's reason; the target is then unchanged and the
  ///   temporary file is removed.
  package static func write(_ data: Data, to path: String) throws(FileError) {
    try write(to: path) { (handle: FileDescriptorWriter) throws(FileError) in
      try handle.write(data)
    }
  }

  /// As `write(_:to:)`, for UTF-8 text.
  package static func write(_ text: String, to path: String) throws(FileError) {
    try write(Data(text.utf8), to: path)
  }

  /// Streams content into a temporary file through `body`, syncs it, and renames it into place.
  package static func write(
    to path: String, _ body: (FileDescriptorWriter) throws(FileError) -> Void
  ) throws(FileError) {
    let temporary = "\(path).\(getpid()).\(UInt32.random(in: 0...UInt32.max)).partial"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw FileError(.cannotCreate, path: path, errno: errno) }
    do throws(FileError) {
      try body(FileDescriptorWriter(descriptor: descriptor, path: path))
      guard fsync(descriptor) == 0 else { throw FileError(.cannotWrite, path: path, errno: errno) }
    } catch {
      close(descriptor)
      unlink(temporary)
      throw error
    }
    guard close(descriptor) == 0 else {
      let reason = errno
      unlink(temporary)
      throw FileError(.cannotWrite, path: path, errno: reason)
    }
    try move(temporary, to: path)
  }

  /// Renames a file, whose content is on disk already, into place, and makes that durable.
  ///
  /// - Throws: `FileError`; the temporary file is then removed.
  package static func move(_ temporary: String, to path: String) throws(FileError) {
    guard rename(temporary, path) == 0 else {
      let reason = errno
      unlink(temporary)
      throw FileError(.cannotWrite, path: path, errno: reason)
    }
    syncFolder(of: path)
  }

  /// Makes a rename durable; a file system that cannot sync a folder is left at its own guarantees.
  private static func syncFolder(of path: String) {
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
  }
}

/// Writes bytes to an open file, all or an error.
package struct FileDescriptorWriter {
  let descriptor: Int32
  let path: String

  package init(descriptor: Int32, path: String) {
    self.descriptor = descriptor
    self.path = path
  }

  package func write(_ data: Data) throws(FileError) {
    try data.withUnsafeBytesTyped { (bytes) throws(FileError) in try write(bytes) }
  }

  func write(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
    var rest = bytes
    while !rest.isEmpty {
      let written = Foundation.write(descriptor, rest.baseAddress, rest.count)
      if written < 0 {
        if errno == EINTR { continue }
        throw FileError(.cannotWrite, path: path, errno: errno)
      }
      rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(written))
    }
  }
}

extension Data {
  /// `withUnsafeBytes` with a typed error.
  func withUnsafeBytesTyped<R>(
    _ body: (UnsafeRawBufferPointer) throws(FileError) -> R
  ) throws(FileError) -> R {
    do {
      return try withUnsafeBytes { try body($0) }
    } catch let error as FileError {
      throw error
    } catch {
      throw FileError(.malformed, path: "", reason: String(describing: error))
    }
  }
}
