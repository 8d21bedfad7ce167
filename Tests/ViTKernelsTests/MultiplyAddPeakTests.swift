import Testing
import ViTKernels

@Suite struct `The loop that measures the peak` {
  /// Each of the 12 chains x <- x / 2 + 1 / 2 settles at 1, exactly in float32 after some 24 steps.
  @Test(arguments: KernelSet.available.map(\.name))
  func `Does the multiply-adds that it counts`(level: String) throws {
    let kernels = try #require(KernelSet.available.first { $0.name == level })
    let sink = FloatBuffer(count: kernels.vectorWidth)
    let flops = MultiplyAddPeak.run(kernels, repetitions: 64, sink: sink.vector)
    #expect(flops == 2 * 64 * 12 * kernels.vectorWidth)
    #expect(sink.values == Array(repeating: 12, count: kernels.vectorWidth))
  }

  @Test func `Peak memory is read from the kernel's table`() {
    #expect(SystemInformation.peakMemoryBytes(inStatus: "Name:\tx\nVmPeak:\t   9 kB\nVmHWM:\t   128 kB\n") == 131_072)
    #expect(SystemInformation.peakMemoryBytes(inStatus: "Name:\tx\n") == nil)
  }
}
