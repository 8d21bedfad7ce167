internal import Foundation
internal import FuzzedReaders

/// Tries a reader with inputs that libFuzzer makes up, guided by the code that they reach.
///
///     NVIT_FUZZ_READER=idx NVIT_FUZZ_COMPANIONS=FOLDER fuzz [libFuzzer's options] CORPUS
///     NVIT_FUZZ_SEEDS=FOLDER fuzz         writes first inputs for every reader
@main
struct FuzzProgram {
  static func main() async throws {
    let environment = ProcessInfo.processInfo.environment
    if let folder = environment["NVIT_FUZZ_SEEDS"] { return try await Seeds(folder: folder).write() }
    guard let reader = environment["NVIT_FUZZ_READER"].flatMap({ FuzzedReader(rawValue: $0) }) else {
      print(FuzzedReader.allCases.map(\.rawValue).joined(separator: "\n"))
      return
    }
    var companions: [String: [UInt8]] = [:]
    if let folder = environment["NVIT_FUZZ_COMPANIONS"] {
      for name in (try? FileManager.default.subpathsOfDirectory(atPath: folder)) ?? [] {
        companions[name] = (try? Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name)"))).map { [UInt8]($0) }
      }
    }
    FuzzLoop.trial = try ReaderTrial(reader, companions: companions)
    var count = CommandLine.argc
    var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
    exit(runFuzzer(&count, &arguments) { FuzzLoop.tryInput($0, $1) })
  }
}

@_silgen_name("LLVMFuzzerRunDriver")
private func runFuzzer(
  _ count: UnsafeMutablePointer<CInt>,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>,
  _ body: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt
