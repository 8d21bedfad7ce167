internal import CViTKernels

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

  /// Updates weights and both moments, all as long as the gradient.
  package func apply(
    _ kernels: KernelSet, gradient: Vector, weightDecay: Double, weights: Vector, moment1: Vector, moment2: Vector
  ) {
    ShapeCheck.equal("AdamWUpdate.apply", "weights", weights.count, gradient.count)
    ShapeCheck.equal("AdamWUpdate.apply", "first moments", moment1.count, gradient.count)
    ShapeCheck.equal("AdamWUpdate.apply", "second moments", moment2.count, gradient.count)
    var settings = settings
    settings.weight_decay = Float(weightDecay)
    kernels.functions.pointee.adamw(
      &settings, gradient.base, Int64(gradient.count), weights.base, moment1.base, moment2.base)
  }
}
