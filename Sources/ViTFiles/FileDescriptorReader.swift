internal import Foundation

/// A file that is read once, from its beginning; closed when the value goes away.
package struct FileDescriptorReader: ~Copyable {
  private let descriptor: Int32
  package let path: String
  /// Size in bytes that the file system reports; 0 for a pipe.
  package let announcedSize: Int

  /// Opens a regular file or a pipe.
  ///
  /// - Throws: `FileError` when it is missing, unreadable, a folder or a device.
  package init(path: String) throws(FileError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileError(.cannotRead, path: path, errno: errno) }
    var status = stat()
    var problem: FileError?
    if fstat(descriptor, &status) != 0 {
      problem = FileError(.cannotRead, path: path, errno: errno)
    } else {
      switch status.st_mode & S_IFMT {
      case S_IFREG, S_IFIFO: break
      case S_IFDIR: problem = FileError(.cannotRead, path: path, reason: "it is a folder, expected a file")
      default: problem = FileError(.cannotRead, path: path, reason: "it is a device, expected a file")
      }
    }
    if let problem {
      close(descriptor)
      throw problem
    }
    self.descriptor = descriptor
    self.path = path
    announcedSize = Int(status.st_size)
  }

  deinit { close(descriptor) }

  /// Reads at most `buffer.count` bytes.
  ///
  /// - Returns: The number of bytes read; 0 at the end of the file.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws(FileError) -> Int {
    while true {
      let count = Foundation.read(descriptor, buffer.baseAddress, buffer.count)
      if count >= 0 { return count }
      if errno != EINTR { throw FileError(.cannotRead, path: path, errno: errno) }
    }
  }
}
