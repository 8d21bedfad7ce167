internal import ViTBenchmarks

extension WorkerLines {
  /// Standard input and output; every line is written at once, for whoever waits for it.
  static var standard: WorkerLines {
    WorkerLines(
      read: { readLine() },
      write: { line in
        Console.print(line + "\n")
        // When the reader has gone, nobody waits for further answers.
        try Console.requireWritten()
      })
  }
}
