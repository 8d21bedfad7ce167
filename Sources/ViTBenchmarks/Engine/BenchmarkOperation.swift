/// An operation of the engine that `EngineBenchmark` times by itself.
package enum BenchmarkOperation: String, CaseIterable, Sendable, Encodable {
  /// X W^T of a block's four linear layers, weights packed.
  case forwardProducts = "forward products"
  /// dY W of the same layers.
  case inputGradients = "input gradients"
  /// dY^T X of the same layers.
  case weightGradients = "weight gradients"
  case attentionForward = "attention forward"
  case attentionBackward = "attention backward"
  case layerNormForward = "LayerNorm forward"
  case layerNormBackward = "LayerNorm backward"
  /// Value and derivative.
  case gelu = "GELU"
  case adamW = "AdamW"

  /// What its rate counts: products count floating-point operations, passes over memory the bytes read and written.
  package var unit: Unit {
    switch self {
    case .forwardProducts, .inputGradients, .weightGradients, .attentionForward, .attentionBackward: .gigaflops
    case .layerNormForward, .layerNormBackward, .gelu, .adamW: .gigabytes
    }
  }

  package enum Unit: String, Sendable, Encodable {
    case gigaflops = "GF/s"
    case gigabytes = "GB/s"
  }
}
