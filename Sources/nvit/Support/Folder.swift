internal import Foundation
internal import ViTFiles

/// Folders that commands write to.
enum Folder {
  /// Makes a folder and those above it.
  ///
  /// - Throws: `FileError` with the reason, also when the folder is there but cannot be written to.
  static func create(_ path: String) throws(FileError) {
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw FileError(.cannotCreate, path: path, reason: reason(error))
    }
    guard FileManager.default.isWritableFile(atPath: path) else {
      throw FileError(.cannotCreate, path: path, reason: "the folder cannot be written to")
    }
  }

  private static func reason(_ error: any Error) -> String {
    let underlying = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError
    guard let code = (underlying ?? (error as NSError)).domain == NSPOSIXErrorDomain ? underlying?.code : nil else {
      return error.localizedDescription
    }
    return String(cString: strerror(Int32(code)))
  }
}
