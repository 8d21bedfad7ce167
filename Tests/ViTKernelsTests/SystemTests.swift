import Testing
import ViTKernels

@Suite struct `The system underneath` {
  @Test func `The matrix product of the process is OpenBLAS's`() {
    #expect(SystemInformation.blasLibrary.contains("openblas"))
    #expect(SystemInformation.openBLAS.contains("OpenBLAS"))
  }

  @Test func `The processor's name is read from the system's list`() {
    let text = "processor\t: 0\nvendor_id\t: X\nmodel name\t: Some CPU: 3000\nmodel name\t: Other\n"
    #expect(SystemInformation.processorName(inCPUInfo: text) == "Some CPU: 3000")
    #expect(SystemInformation.processorName(inCPUInfo: "model name :\n") == nil)
  }

  @Test func `The first kernel set is the portable one, and names are distinct`() {
    let names = KernelSet.available.map(\.name)
    #expect(names.first == "portable")
    #expect(Set(names).count == names.count)
  }

  @Test(arguments: KernelSet.available)
  func `A kernel set is found by its name`(kernels: KernelSet) throws {
    #expect(try KernelSet.requested(kernels.name).name == kernels.name)
  }

  @Test(arguments: [nil, ""] as [String?])
  func `The fastest set is the default`(name: String?) throws {
    #expect(try KernelSet.requested(name).name == KernelSet.available.last?.name)
  }

  @Test func `An unknown kernel set is refused with the names that are possible`() throws {
    let error = #expect(throws: KernelSetError.self) { try KernelSet.requested("avx1024") }
    let text = try #require(error).description
    #expect(text.contains("NVIT_KERNELS") && text.contains("\"avx1024\"") && text.contains("portable"))
  }
}
