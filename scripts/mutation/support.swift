// Written into every module of the scratch tree by scripts/mutants.
internal import Glibc

/// The number of the fault that is switched on; 0 is none.
private let nvitFault = getenv("NVIT_FAULT").flatMap { Int(String(cString: $0)) } ?? 0

/// A byte for each fault, in a file that all processes share: 1 where its place was reached.
nonisolated(unsafe) private let nvitReached: UnsafeMutablePointer<UInt8>? = {
  guard let path = getenv("NVIT_FAULTS_REACHED") else { return nil }
  let file = open(path, O_RDWR)
  guard file >= 0 else { return nil }
  let memory = mmap(nil, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0)
  return memory == MAP_FAILED ? nil : memory?.assumingMemoryBound(to: UInt8.self)
}()

@inline(never) func nvitIsFaulty(_ number: Int) -> Bool {
  nvitReached?[number] = 1
  return nvitFault == number
}
