internal import Foundation

/// A file or folder that could not be read or written, or does not hold what it should.
package struct FileError: Error, CustomStringConvertible, Sendable {
  package enum Code: Sendable {
    case notFound, cannotRead, cannotCreate, cannotWrite, malformed, alreadyExists
    /// Another process holds the folder.
    case locked
    /// What a run was started with is not what it is to go on with.
    case changed
  }

  package let code: Code
  package let path: String
  /// What was found, where, and what was expected.
  package let reason: String

  package init(_ code: Code, path: String, reason: String) {
    self.code = code
    self.path = path
    self.reason = reason
  }

  package init(_ code: Code, path: String, errno: Int32) {
    let isMissing = errno == ENOENT && code == .cannotRead
    self.init(isMissing ? .notFound : code, path: path, reason: String(cString: strerror(errno)))
  }

  package var description: String {
    switch code {
    case .notFound, .cannotRead: "cannot read \(path): \(reason)"
    case .cannotCreate, .cannotWrite: "cannot write \(path): \(reason)"
    case .malformed, .alreadyExists, .locked, .changed: "\(path): \(reason)"
    }
  }
}
