internal import CViTKernels

/// Attention of every head of every image of a shard: softmax(scale Q K^T) V.
package struct Attention {
  package let images: Int
  package let heads: Int
  /// Queries of an image: its tokens, or those of them that something reads.
  package let queries: Int
  package let tokens: Int
  /// Widths of a head.
  package let queryKey: Int
  package let value: Int
  package let scale: Float

  package init(images: Int, heads: Int, queries: Int, tokens: Int, queryKey: Int, value: Int, scale: Float) {
    self.images = images
    self.heads = heads
    self.queries = queries
    self.tokens = tokens
    self.queryKey = queryKey
    self.value = value
    self.scale = scale
  }

  /// Queries, keys and values, or their gradients. Rows are image by image, columns head by head.
  package struct Operands {
    /// (images queries, H QK)
    let q: Matrix
    /// (images tokens, H QK)
    let k: Matrix
    /// (images tokens, H V), with the stride of `k`.
    let v: Matrix

    package init(q: Matrix, k: Matrix, v: Matrix) {
      self.q = q
      self.k = k
      self.v = v
    }
  }

  /// - Parameters:
  ///   - probabilities: `probabilityCount` floats, which receive image by image and head by head
  ///     (queries, `probabilityStride`); the columns past the tokens become zero.
  ///   - output: (images queries, H V)
  ///   - scratch: `scratchCount` floats at least.
  package func forward(
    _ kernels: KernelSet, _ x: Operands, probabilities: Vector, output: Matrix, scratch: Vector
  ) {
    check("Attention.forward", x, probabilities: probabilities, output: output, scratch: scratch)
    var arguments = arguments(x, scratch: scratch)
    arguments.output_stride = Int64(output.stride)
    for image in 0..<images {
      for head in 0..<heads {
        place(&arguments, x, probabilities, image: image, head: head)
        arguments.output = output.base + image * queries * output.stride + head * value
        kernels.functions.pointee.attention_forward(&arguments)
      }
    }
  }

  /// - Parameters:
  ///   - probabilities: As `forward` left them.
  ///   - outputGradient: (images queries, H V)
  ///   - gradients: Receives the gradients of `x`.
  ///   - scratch: `scratchCount` floats at least.
  package func backward(
    _ kernels: KernelSet, _ x: Operands, probabilities: Vector, outputGradient: Matrix, into gradients: Operands,
    scratch: Vector
  ) {
    check("Attention.backward", x, probabilities: probabilities, output: outputGradient, scratch: scratch)
    check("Attention.backward of gradients", gradients)
    var arguments = arguments(x, scratch: scratch)
    arguments.output_gradient_stride = Int64(outputGradient.stride)
    arguments.q_gradient_stride = Int64(gradients.q.stride)
    arguments.kv_gradient_stride = Int64(gradients.k.stride)
    for image in 0..<images {
      for head in 0..<heads {
        place(&arguments, x, probabilities, image: image, head: head)
        arguments.output_gradient = UnsafePointer(
          outputGradient.base + image * queries * outputGradient.stride + head * value)
        arguments.q_gradient = gradients.q.base + image * queries * gradients.q.stride + head * queryKey
        arguments.k_gradient = gradients.k.base + image * tokens * gradients.k.stride + head * queryKey
        arguments.v_gradient = gradients.v.base + image * tokens * gradients.v.stride + head * value
        kernels.functions.pointee.attention_backward(&arguments)
      }
    }
  }

  /// Floats of scratch that one head needs.
  package var scratchCount: Int {
    Int(nvit_attention_scratch(Int64(queries), Int64(tokens), Int64(queryKey), Int64(value)))
  }

  package var probabilityCount: Int { images * heads * queries * Attention.probabilityStride(tokens: tokens) }

  /// Row length of the probabilities: a multiple of every vector's width.
  package static func probabilityStride(tokens: Int) -> Int { (tokens + 15) / 16 * 16 }
}

extension Attention {
  private func check(_ operation: StaticString, _ x: Operands) {
    ShapeCheck.shape(operation, "queries", x.q, rows: images * queries, columns: heads * queryKey)
    ShapeCheck.shape(operation, "keys", x.k, rows: images * tokens, columns: heads * queryKey)
    ShapeCheck.shape(operation, "values", x.v, rows: images * tokens, columns: heads * value)
    ShapeCheck.equal(operation, "stride of the values", x.v.stride, x.k.stride)
  }

  private func check(
    _ operation: StaticString, _ x: Operands, probabilities: Vector, output: Matrix, scratch: Vector
  ) {
    check(operation, x)
    ShapeCheck.equal(operation, "floats of probabilities", probabilities.count, probabilityCount)
    ShapeCheck.shape(operation, "output", output, rows: images * queries, columns: heads * value)
    ShapeCheck.atLeast(operation, "floats of scratch", scratch.count, scratchCount)
  }

  /// What is the same for every head.
  private func arguments(_ x: Operands, scratch: Vector) -> nvit_attention {
    var arguments = nvit_attention()
    arguments.queries = Int64(queries)
    arguments.tokens = Int64(tokens)
    arguments.query_key = Int64(queryKey)
    arguments.value = Int64(value)
    arguments.q_stride = Int64(x.q.stride)
    arguments.kv_stride = Int64(x.k.stride)
    arguments.scale = scale
    arguments.probability_stride = Int64(Attention.probabilityStride(tokens: tokens))
    arguments.scratch = scratch.base
    return arguments
  }

  /// Points to one head of one image.
  private func place(
    _ arguments: inout nvit_attention, _ x: Operands, _ probabilities: Vector, image: Int, head: Int
  ) {
    arguments.q = UnsafePointer(x.q.base + image * queries * x.q.stride + head * queryKey)
    arguments.k = UnsafePointer(x.k.base + image * tokens * x.k.stride + head * queryKey)
    arguments.v = UnsafePointer(x.v.base + image * tokens * x.v.stride + head * value)
    arguments.probability =
      probabilities.base + (image * heads + head) * queries * Attention.probabilityStride(tokens: tokens)
  }
}
