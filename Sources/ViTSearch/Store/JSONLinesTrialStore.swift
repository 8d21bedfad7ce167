internal import Foundation
internal import Synchronization
internal import ViTArchitecture
public import ViTFiles

/// Keeps trials in a file, one JSON object a line, each synced to disk before `append` returns.
///
/// A crash can leave the last line torn, that is, without its newline. Such a trial was never announced: opening the
/// store cuts it off, and the trial is run again. Anything else that is not a record is an error.
public final class JSONLinesTrialStore: TrialStore {
  private struct File: ~Copyable {
    let descriptor: Int32
    var records: [TrialRecord] = []
    var length: off_t = 0

    deinit { close(descriptor) }
  }

  private let path: String
  private let file: Mutex<File>

  /// Bytes of a torn last line that opening cut off; 0 when the file was whole.
  public let recoveredBytes: Int

  /// Opens the file at `path`, or makes an empty one.
  ///
  /// - Throws: `FileError`, with the line number when a line is no record or repeats a trial.
  public init(path: String) throws(FileError) {
    self.path = path
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw FileError(.cannotCreate, path: path, errno: errno) }
    var opened = File(descriptor: descriptor)
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw FileError(.cannotRead, path: path, errno: errno) }
    let data = status.st_size > 0 ? try FileContents.read(path) : Data()
    let whole = data.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    opened.records = try JSONLinesTrialStore.parse(data.prefix(whole), path: path)
    opened.length = off_t(whole)
    recoveredBytes = data.count - whole
    if recoveredBytes > 0 {
      guard ftruncate(descriptor, opened.length) == 0, fsync(descriptor) == 0 else {
        throw FileError(.cannotWrite, path: path, errno: errno)
      }
    }
    file = Mutex(opened)
  }

  /// The trials that the file at `path` holds, read without changing it; a torn last line is no trial.
  ///
  /// - Throws: `FileError`, with the line number when a line is no record or repeats a trial.
  public static func records(in path: String) throws(FileError) -> [TrialRecord] {
    let data = try FileContents.read(path)
    return try parse(data.prefix(data.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0), path: path)
  }

  public func records() throws(FileError) -> [TrialRecord] { file.withLock { $0.records } }

  public func append(_ record: TrialRecord) throws(FileError) {
    let result: Result<Void, FileError> = file.withLock { file in
      guard !file.records.contains(where: { $0.identifier == record.identifier }) else {
        return .failure(TrialRecord.duplicate(record, path: path))
      }
      guard let line = try? record.line() else {
        return .failure(FileError(.cannotWrite, path: path, reason: "the trial of \(record.name) cannot be encoded"))
      }
      let written = line.withUnsafeBytes { pwrite(file.descriptor, $0.baseAddress, $0.count, file.length) }
      guard written == line.count, fsync(file.descriptor) == 0 else {
        let reason = written >= 0 && written < line.count ? ENOSPC : errno
        // What was half written must not precede the next line.
        _ = ftruncate(file.descriptor, file.length)
        return .failure(FileError(.cannotWrite, path: path, errno: reason))
      }
      file.length += off_t(line.count)
      file.records.append(record)
      return .success(())
    }
    try result.get()
  }

  private static func parse(_ data: Data, path: String) throws(FileError) -> [TrialRecord] {
    var records: [TrialRecord] = []
    var seen: Set<TrialIdentifier> = []
    for (index, line) in data.dropLast().split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      .enumerated() where !data.isEmpty
    {
      func fail(_ reason: String) -> FileError {
        FileError(.malformed, path: path, reason: "line \(index + 1) is no trial record: \(reason)")
      }
      let record: TrialRecord
      do {
        record = try JSONDecoder().decode(TrialRecord.self, from: Data(line))
      } catch let error as DecodingError {
        throw fail(error.briefDescription)
      } catch {
        throw fail("\(error)")
      }
      guard seen.insert(record.identifier).inserted else {
        throw fail("it repeats the trial of \(record.name) with seed \(record.identifier.seed)")
      }
      records.append(record)
    }
    return records
  }
}
