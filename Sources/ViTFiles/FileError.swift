internal import Foundation

/// A file that could not be read or written, or does not hold what it should.
public struct FileError: Error, CustomStringConvertible, Sendable {
  public enum Code: Sendable {
    case notFound, cannotRead, cannotCreate, cannotWrite, malformed, alreadyExists
  }

  public let code: Code
  public let path: String
  /// What was found, where, and what was expected.
  public let reason: String

  public init(_ code: Code, path: String, reason: String) {
    self.code = code
    self.path = path
    self.reason = reason
  }

  package init(_ code: Code, path: String, errno: Int32) {
    let isMissing = errno == ENOENT && code == .cannotRead
    self.init(isMissing ? .notFound : code, path: path, reason: String(cString: strerror(errno)))
  }

  public var description: String {
    switch code {
    case .notFound, .cannotRead: "cannot read \(path): \(reason)"
    case .cannotCreate, .cannotWrite: "cannot write \(path): \(reason)"
    case .malformed, .alreadyExists: "\(path): \(reason)"
    }
  }
}
