internal import CPeakMemory
internal import Foundation
internal import FuzzedReaders

/// One input after the other, on one thread.
enum FuzzLoop {
  nonisolated(unsafe) static var trial: ReaderTrial?
  nonisolated(unsafe) private static var tried = 0

  /// Bytes that a reader may take for each byte of the file, and whatever the file's size.
  private static let multiple = 64
  private static let allowance = 16 << 20

  /// Ends the process where the reader does not do as it should; libFuzzer then keeps the input.
  static func tryInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    guard let trial else { return 0 }
    let bytes = [UInt8](UnsafeBufferPointer(start: start, count: count))
    nvit_peak_memory_begin()
    let before = nvit_thread_seconds()
    let outcome = trial.outcome(of: bytes)
    let seconds = nvit_thread_seconds() - before
    let peak = nvit_peak_memory()
    tried += 1
    if case .unfit(let reason) = outcome { end("unfit error: \(reason)") }
    if seconds > 1 { end("hang: \(seconds) seconds of processor time") }
    // The first inputs also pay for tables that the libraries build once.
    if tried > 2, peak > multiple * count + allowance { end("memory: \(peak) bytes for a file of \(count) bytes") }
    return 0
  }

  private static func end(_ finding: String) -> Never {
    FileHandle.standardError.write(Data("FINDING \(finding)\n".utf8))
    abort()
  }
}
