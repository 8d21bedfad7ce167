internal import Foundation
internal import ViTKernels

/// Runs one command of nvit's as a process of its own, so that its time and memory are its alone.
enum ChildProcess {
  /// How a process ended.
  struct Ending {
    /// Exit code, or 128 plus the signal's number.
    var status: Int32
    var seconds: Double
    /// The most physical memory that it held, as seen a few milliseconds before its end; nil where `/proc` does not
    /// say.
    var peakMemoryBytes: Int?
  }

  /// Starts this executable with the arguments, its standard output into a file, and waits for its end.
  ///
  /// - Parameter outputPath: Replaced; what the command prints for people goes to our standard error as it comes.
  static func run(_ arguments: [String], outputPath: String) throws -> Ending {
    guard let executable = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") else {
      throw ChildProcessError(command: arguments, reason: "this system does not tell where nvit lies")
    }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, outputPath, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    var pointers: [UnsafeMutablePointer<CChar>?] = (["nvit"] + arguments).map { strdup($0) } + [nil]
    defer { pointers.forEach { free($0) } }
    let start = ContinuousClock.now
    var process = pid_t()
    let code = posix_spawn(&process, executable, &actions, nil, &pointers, environ)
    guard code == 0 else {
      throw ChildProcessError(command: arguments, reason: String(cString: strerror(code)))
    }
    var status: Int32 = 0
    var peakMemoryBytes: Int?
    // Asked while it runs: what wait4(2) tells of memory includes the process that it was started from.
    while true {
      let ended = waitpid(process, &status, WNOHANG)
      guard ended == 0 || (ended == -1 && errno == EINTR) else {
        guard ended == process else {
          throw ChildProcessError(command: arguments, reason: String(cString: strerror(errno)))
        }
        break
      }
      if let text = try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8) {
        peakMemoryBytes = SystemInformation.peakMemoryBytes(inStatus: text) ?? peakMemoryBytes
      }
      usleep(5_000)
    }
    let signal = status & 0x7f
    return Ending(
      status: signal == 0 ? status >> 8 & 0xff : 128 + signal, seconds: (ContinuousClock.now - start) / .seconds(1),
      peakMemoryBytes: peakMemoryBytes)
  }
}

/// A command could not be run, or failed.
struct ChildProcessError: Error, CustomStringConvertible {
  let command: [String]
  let reason: String

  var description: String { "nvit \(command.joined(separator: " ")): \(reason)" }
}
