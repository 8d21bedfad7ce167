internal import CViTKernels
internal import Foundation

/// The microkernels of one instruction set.
package struct KernelSet: @unchecked Sendable {
  // Sendable: points to an immutable table of functions with static storage.
  let functions: UnsafePointer<nvit_kernels>

  /// "portable", "avx2" or "avx512".
  package var name: String { String(cString: functions.pointee.name) }
  /// Floats in a vector.
  package var vectorWidth: Int { Int(functions.pointee.vector_width) }

  /// Every set that this CPU can run, slowest first.
  package static let available: [KernelSet] = (0..<nvit_kernel_set_count()).compactMap { index in
    nvit_kernel_set(index).map(KernelSet.init(functions:))
  }

  /// The environment variable that forces a set, for tests and comparisons.
  package static let variable = "NVIT_KERNELS"

  /// The set in use: the fastest, or the one that `NVIT_KERNELS` names.
  package static let current: KernelSet = (try? requested()) ?? available[available.count - 1]

  /// The set of a name, or the fastest where there is none.
  ///
  /// - Parameter name: What `NVIT_KERNELS` says.
  /// - Throws: `KernelSetError` if it names a set that does not exist or that this CPU cannot run.
  package static func requested(
    _ name: String? = ProcessInfo.processInfo.environment[variable]
  ) throws(KernelSetError) -> KernelSet {
    let fastest = available[available.count - 1]
    guard let name, !name.isEmpty else { return fastest }
    guard let set = available.first(where: { $0.name == name }) else { throw KernelSetError(requested: name) }
    return set
  }
}

/// A kernel set was asked for that cannot run here.
package struct KernelSetError: Error, CustomStringConvertible {
  let requested: String

  package var description: String {
    let names = KernelSet.available.map(\.name).joined(separator: ", ")
    return "\(KernelSet.variable) is \"\(requested)\", expected one of: \(names)"
  }
}
