internal import GRDB
internal import ViTFiles

extension FileError {
  /// What an error of SQLite means for the file.
  init(database error: any Error, path: String) {
    if let error = error as? FileError {
      self = error
      return
    }
    guard let error = error as? DatabaseError else {
      let isField = error is RowDecodingError
      self.init(
        .malformed, path: path, reason: isField ? "a field holds another kind of value than it should" : "\(error)")
      return
    }
    let message = error.message ?? "SQLite's error \(error.resultCode.rawValue)"
    switch error.resultCode {
    case .SQLITE_FULL:
      self.init(.cannotWrite, path: path, reason: "the disk is full (\(message)); what was recorded before is kept")
    case .SQLITE_CORRUPT, .SQLITE_NOTADB:
      self.init(
        .malformed, path: path,
        reason: "the database is damaged (\(message)); read what can be read with: nvit study recover")
    case .SQLITE_BUSY, .SQLITE_LOCKED:
      self.init(.cannotWrite, path: path, reason: "another program has locked the database (\(message))")
    case .SQLITE_CANTOPEN:
      self.init(.cannotRead, path: path, reason: message)
    case .SQLITE_READONLY, .SQLITE_IOERR, .SQLITE_PERM, .SQLITE_NOLFS:
      self.init(.cannotWrite, path: path, reason: message)
    default:
      self.init(.malformed, path: path, reason: message)
    }
  }
}
