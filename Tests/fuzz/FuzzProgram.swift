internal import Foundation
internal import FuzzedReaders

// Tries a reader with inputs that libFuzzer makes up, guided by the code that they reach. `main` is libFuzzer's.
//
//     NVIT_FUZZ_READER=idx NVIT_FUZZ_COMPANIONS=FOLDER fuzz [libFuzzer's options] CORPUS
//     NVIT_FUZZ_SEEDS=FOLDER fuzz         writes first inputs for every reader
//     fuzz                                lists the readers

/// Called once, before the first input.
@_cdecl("LLVMFuzzerInitialize")
func prepare(_ count: UnsafeMutableRawPointer, _ arguments: UnsafeMutableRawPointer) -> CInt {
  let environment = ProcessInfo.processInfo.environment
  if let folder = environment["NVIT_FUZZ_SEEDS"] { writeSeeds(to: folder) }
  guard let reader = environment["NVIT_FUZZ_READER"].flatMap({ FuzzedReader(rawValue: $0) }) else {
    print(FuzzedReader.allCases.map(\.rawValue).joined(separator: "\n"))
    exit(0)
  }
  var companions: [String: [UInt8]] = [:]
  if let folder = environment["NVIT_FUZZ_COMPANIONS"] {
    for name in (try? FileManager.default.subpathsOfDirectory(atPath: folder)) ?? [] {
      companions[name] = (try? Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name)"))).map { [UInt8]($0) }
    }
  }
  do {
    FuzzLoop.trial = try ReaderTrial(reader, companions: companions)
  } catch {
    fail(error)
  }
  return 0
}

@_cdecl("LLVMFuzzerTestOneInput")
func tryInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt { FuzzLoop.tryInput(start, count) }

private func writeSeeds(to folder: String) -> Never {
  Task {
    do {
      try await Seeds(folder: folder).write()
      exit(0)
    } catch {
      fail(error)
    }
  }
  while true { sleep(1000) }
}

private func fail(_ error: any Error) -> Never {
  FileHandle.standardError.write(Data("error: \(error)\n".utf8))
  exit(1)
}
