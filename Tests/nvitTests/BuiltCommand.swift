import Foundation
import Testing

/// Runs the `nvit` that was built together with the tests.
struct BuiltCommand {
  let status: Int32
  let output: String
  let errors: String

  /// - Parameters:
  ///   - environment: Variables to set in addition to this process's.
  ///   - program: By default the one beside the test bundle.
  static func run(
    _ arguments: [String], input: String = "", environment: [String: String] = [:],
    program: URL = Bundle.main.bundleURL.appendingPathComponent("nvit")
  ) throws -> BuiltCommand {
    let process = Process()
    process.executableURL = program
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { _, new in new }
    let (standardInput, standardOutput, standardError) = (Pipe(), Pipe(), Pipe())
    process.standardInput = standardInput
    process.standardOutput = standardOutput
    process.standardError = standardError
    try process.run()
    // Small enough for the pipes' buffers, so neither side waits for the other.
    try? standardInput.fileHandleForWriting.write(contentsOf: Data(input.utf8))
    try? standardInput.fileHandleForWriting.close()
    let output = standardOutput.fileHandleForReading.readDataToEndOfFile()
    let errors = standardError.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return BuiltCommand(
      status: process.terminationStatus, output: String(decoding: output, as: UTF8.self),
      errors: String(decoding: errors, as: UTF8.self))
  }
}
