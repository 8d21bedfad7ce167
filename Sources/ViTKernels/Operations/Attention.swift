internal import CViTKernels

/// Attention of one head of one image: softmax(scale Q K^T) V.
package struct Attention {
  private var arguments: nvit_attention

  /// - Parameters:
  ///   - q: (queries, QK)
  ///   - k: (tokens, QK)
  ///   - v: (tokens, V), with k's stride.
  ///   - probability: (queries, tokens); its row length is a multiple of 16 and the columns past `tokens` become zero.
  ///   - output: (queries, V)
  ///   - scratch: `scratchCount` floats.
  package init(
    q: Matrix, k: Matrix, v: Matrix, scale: Float, probability: Matrix, output: Matrix,
    scratch: UnsafeMutablePointer<Float>
  ) {
    arguments = nvit_attention()
    arguments.queries = Int64(q.rows)
    arguments.tokens = Int64(k.rows)
    arguments.query_key = Int64(q.columns)
    arguments.value = Int64(v.columns)
    arguments.q = UnsafePointer(q.pointer)
    arguments.k = UnsafePointer(k.pointer)
    arguments.v = UnsafePointer(v.pointer)
    arguments.q_stride = Int64(q.stride)
    arguments.kv_stride = Int64(k.stride)
    arguments.scale = scale
    arguments.probability = probability.pointer
    arguments.probability_stride = Int64(probability.stride)
    arguments.output = output.pointer
    arguments.output_stride = Int64(output.stride)
    arguments.scratch = scratch
  }

  /// Fills `probability` and `output`.
  package mutating func forward(_ kernels: KernelSet) {
    kernels.functions.pointee.attention_forward(&arguments)
  }

  /// Gradients of q, k and v from that of the output, with `probability` as `forward` left it.
  package mutating func backward(
    _ kernels: KernelSet, outputGradient: Matrix, qGradient: Matrix, kGradient: Matrix, vGradient: Matrix
  ) {
    arguments.output_gradient = UnsafePointer(outputGradient.pointer)
    arguments.output_gradient_stride = Int64(outputGradient.stride)
    arguments.q_gradient = qGradient.pointer
    arguments.k_gradient = kGradient.pointer
    arguments.v_gradient = vGradient.pointer
    arguments.q_gradient_stride = Int64(qGradient.stride)
    arguments.kv_gradient_stride = Int64(kGradient.stride)
    kernels.functions.pointee.attention_backward(&arguments)
  }

  /// Floats of scratch for heads of at most these sizes.
  package static func scratchCount(queries: Int, tokens: Int, queryKey: Int, value: Int) -> Int {
    Int(nvit_attention_scratch(Int64(queries), Int64(tokens), Int64(queryKey), Int64(value)))
  }

  /// Row length of `probability`.
  package static func probabilityStride(tokens: Int) -> Int { (tokens + 15) / 16 * 16 }
}
