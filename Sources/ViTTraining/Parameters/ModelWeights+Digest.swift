internal import ViTArchitecture
internal import ViTNumerics

extension ModelWeights {
  /// SHA-256 of the architecture and the weights, tensor after tensor.
  ///
  /// What identifies a model, whatever file it is read from.
  package var digest: String {
    let tensors = table.entries.map { SHA256.hexDigest(of: values(of: $0.name) ?? []) }
    return SHA256.hexDigest((architecture.canonicalJSON + tensors.joined()).utf8)
  }
}

extension Teacher {
  /// SHA-256 of the model's weights, or of the logits and of what they are logits of.
  package var digest: String {
    switch self {
    case .model(let weights): weights.copy().digest
    case .logits(let logits):
      SHA256.hexDigest(
        (logits.imagesDigest + SHA256.hexDigest(of: logits.logits)
          + (logits.distillationLogits.map { SHA256.hexDigest(of: $0) } ?? "")).utf8)
    }
  }
}

extension SHA256 {
  /// The digest of numbers as they lie in memory: four bytes each, the lowest first.
  fileprivate static func hexDigest(of numbers: [Float]) -> String {
    var digest = SHA256()
    digest.add(numbers.span.bytes)
    return digest.hexDigest()
  }
}
