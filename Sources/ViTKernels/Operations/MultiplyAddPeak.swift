internal import CViTKernels

/// A loop of multiply-adds in registers: what one core can do, the roof over every other operation.
package enum MultiplyAddPeak {
  /// Runs the loop; counts two floating-point operations for each multiply-add.
  ///
  /// - Parameter sink: One vector's floats at least; every element becomes the number of independent chains once they
  ///   have settled.
  /// - Returns: Floating-point operations done.
  package static func run(_ kernels: KernelSet, repetitions: Int, sink: Vector) -> Int {
    ShapeCheck.atLeast("MultiplyAddPeak.run", "floats of the sink", sink.count, kernels.vectorWidth)
    return Int(kernels.functions.pointee.multiply_add_peak(Int64(repetitions), sink.base))
  }
}
