internal import CViTKernels

/// Passes over whole arrays.
package enum ArrayOperations {
  /// `sums[j]` = sum over the rows of `x[r][j]`.
  package static func columnSums(_ kernels: KernelSet, _ x: Matrix, into sums: UnsafeMutablePointer<Float>) {
    kernels.functions.pointee.column_sums(x.pointer, Int64(x.stride), Int64(x.rows), Int64(x.columns), sums)
  }

  /// target += scale * source.
  package static func add(
    _ kernels: KernelSet, _ source: UnsafePointer<Float>, scale: Float = 1, count: Int,
    to target: UnsafeMutablePointer<Float>
  ) {
    kernels.functions.pointee.add_scaled(source, scale, Int64(count), target)
  }

  /// Exact GELU, x Phi(x), and its derivative, elementwise.
  package static func gelu(
    _ kernels: KernelSet, _ x: UnsafePointer<Float>, count: Int, value: UnsafeMutablePointer<Float>,
    derivative: UnsafeMutablePointer<Float>
  ) {
    kernels.functions.pointee.gelu(x, Int64(count), value, derivative)
  }

  /// Adds up `parts[s][offset...]` in order into `target`, and returns the sum of squares of the result.
  package static func reduce(
    _ kernels: KernelSet, parts: UnsafePointer<UnsafePointer<Float>?>, partCount: Int, offset: Int, count: Int,
    into target: UnsafeMutablePointer<Float>
  ) -> Double {
    kernels.functions.pointee.reduce(parts, Int64(partCount), Int64(offset), Int64(count), target)
  }

  /// average = decay * average + (1 - decay) * weights.
  package static func movingAverage(
    _ kernels: KernelSet, of weights: UnsafePointer<Float>, decay: Float, count: Int,
    into average: UnsafeMutablePointer<Float>
  ) {
    kernels.functions.pointee.average(weights, decay, Int64(count), average)
  }
}

/// One AdamW update with decoupled weight decay. Loshchilov and Hutter 2019, as in PyTorch's `AdamW`.
package struct AdamWUpdate {
  private var settings: nvit_adamw

  /// - Parameters:
  ///   - step: Counts from 1.
  ///   - gradientScale: Factor on the gradient, for clipping.
  package init(
    learningRate: Double, beta1: Double, beta2: Double, epsilon: Double, step: Int, gradientScale: Double
  ) {
    func power(_ base: Double) -> Double {
      var result = 1.0
      var factor = base
      var exponent = step
      while exponent > 0 {
        if exponent & 1 == 1 { result *= factor }
        factor *= factor
        exponent >>= 1
      }
      return result
    }
    settings = nvit_adamw(
      learning_rate: Float(learningRate), beta1: Float(beta1), beta2: Float(beta2), epsilon: Float(epsilon),
      weight_decay: 0, correction1: Float(1 - power(beta1)), correction2: Float(1 - power(beta2)),
      gradient_scale: Float(gradientScale))
  }

  package func apply(
    _ kernels: KernelSet, gradient: UnsafePointer<Float>, weightDecay: Double, count: Int,
    weights: UnsafeMutablePointer<Float>, moment1: UnsafeMutablePointer<Float>, moment2: UnsafeMutablePointer<Float>
  ) {
    var settings = settings
    settings.weight_decay = Float(weightDecay)
    kernels.functions.pointee.adamw(&settings, gradient, Int64(count), weights, moment1, moment2)
  }
}
