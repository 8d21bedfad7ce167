internal import Foundation
internal import ViTBenchmarks

extension WorkerLines {
  /// Standard input and output; every line is written at once, for whoever waits for it.
  static var standard: WorkerLines {
    WorkerLines(read: { readLine() }, write: { FileHandle.standardOutput.write(Data(($0 + "\n").utf8)) })
  }
}
