internal import ViTKernels
internal import ViTNumerics

extension Vector {
  /// Numbers uniform in -1/2 to 1/2: real numbers, because zeros and denormal ones may be multiplied at another speed.
  func fillWithNoise(purpose: String) {
    var random = CounterRandom(seed: 0, purpose: purpose)
    withMutableSpan { elements in
      for index in elements.indices { elements[index] = Float(random.uniform() - 0.5) }
    }
  }
}
