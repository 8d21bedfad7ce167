internal import ViTKernels

/// The activations of one shard of a batch, and the room for their gradients; one for each worker.
///
/// Rows of a shard are its images' tokens, image by image. In the last block only the prefix tokens (class and
/// distillation) go on past the keys and values, because nothing reads the others: `queryRows` counts them.
final class Workspace {
  /// Activations of one block.
  struct BlockActivations {
    /// x after the first LayerNorm, without affine part. (rows, E)
    let normalized1: Matrix
    let inverse1: UnsafeMutablePointer<Float>
    /// The rows of `normalized1` that queries are made of; the same matrix except in the last block. (queryRows, E)
    let queryInput: Matrix
    /// (queryRows, H QK)
    let queries: Matrix
    /// Keys, then values. (rows, H QK + H V)
    let keyValues: Matrix
    /// Queries, keys and values side by side, except in the last block, where they are apart.
    let queryKeyValues: Matrix?
    /// Attention weights: image by image, head by head, (queries, tokens).
    let probabilities: UnsafeMutablePointer<Float>
    /// (queryRows, H V)
    let attended: Matrix
    /// (queryRows, E)
    let normalized2: Matrix
    let inverse2: UnsafeMutablePointer<Float>
    /// GELU's value and derivative. (queryRows, M)
    let hidden: Matrix
    let hiddenDerivative: Matrix
  }

  private let buffer: FloatBuffer
  let imageCapacity: Int
  /// Patch pixels, with zero rows for prefix tokens. (rows, patch values)
  let patches: Matrix
  /// The residual stream. (rows, E)
  let stream: Matrix
  /// The residual stream's prefix tokens, from the last block on. (prefix rows, E)
  let prefixStream: Matrix
  let blocks: [BlockActivations]
  /// (prefix rows, E)
  let normalizedFinal: Matrix
  let inverseFinal: UnsafeMutablePointer<Float>
  /// One for each head. (images, classes)
  let logits: [Matrix]
  let logitGradients: [Matrix]
  let attentionScratch: UnsafeMutablePointer<Float>
  /// A branch's output before it is added to the stream. (rows, E)
  let branch: Matrix
  let gradients: Gradients?

  /// Gradients of activations; one block's are dead before the next block's are needed.
  struct Gradients {
    /// (rows, E)
    let stream: Matrix
    let prefixStream: Matrix
    let normalized: Matrix
    let branch: Matrix
    /// (rows, widest M)
    let hidden: Matrix
    /// (rows, widest H V)
    let attended: Matrix
    /// (rows, widest 2 H QK + H V)
    let queryKeyValues: Matrix
    /// (prefix rows, H QK) of the last block
    let prefixQueries: Matrix
  }

  /// - Parameters:
  ///   - images: Largest number of images in a shard.
  ///   - forTraining: Whether to keep every block's activations and make room for gradients; inference reuses one
  ///     block's room for all.
  init(_ plan: NetworkPlan, images: Int, forTraining: Bool) {
    imageCapacity = images
    var layout = Layout()
    // First pass: sizes only. Second pass: the same calls with memory behind them.
    _ = Workspace.place(plan, images: images, forTraining: forTraining, &layout)
    buffer = FloatBuffer(count: layout.used)
    layout = Layout(base: buffer.pointer)
    let places = Workspace.place(plan, images: images, forTraining: forTraining, &layout)
    patches = places.patches
    stream = places.stream
    prefixStream = places.prefixStream
    blocks = places.blocks
    normalizedFinal = places.normalizedFinal
    inverseFinal = places.inverseFinal
    logits = places.logits
    logitGradients = places.logitGradients
    attentionScratch = places.attentionScratch
    branch = places.branch
    gradients = places.gradients
  }
}
