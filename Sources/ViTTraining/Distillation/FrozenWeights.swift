package import ViTArchitecture
package import ViTData
internal import ViTKernels

/// The weights of one model, never changed again: trainings that run at the same time share them.
package struct FrozenWeights: Sendable {
  package let architecture: Architecture
  /// Of the images that the model was trained on; nil when unknown.
  package let normalization: Normalization?
  /// The arena, laid out as the architecture's `ParameterTable` says.
  private let values: [Float]

  /// Copies the weights as they are now.
  package init(_ weights: ModelWeights, normalization: Normalization? = nil) {
    architecture = weights.architecture
    self.normalization = normalization
    values = weights.arena.values
  }

  /// Copies a file's weights.
  package init(_ checkpoint: Checkpoint) {
    self.init(checkpoint.weights, normalization: checkpoint.normalization)
  }

  /// A copy to work with.
  ///
  /// - Parameter images: How the images that it is going to see are normalised. Where that is not what the model was
  ///   trained with, the difference goes into its patch embedding: the model then sees the picture that it is used to.
  ///   Of as many channels as the model has.
  package func copy(seeing images: Normalization? = nil) -> ModelWeights {
    let copy = ModelWeights(zeroed: architecture)
    copy.arena.copy(from: values)
    if let own = normalization, let images, own != images { copy.renormalize(from: own, to: images) }
    return copy
  }
}

extension ModelWeights {
  /// Changes the patch embedding so that images normalised by `other` give what images normalised by `own` gave.
  ///
  /// With x = (p - m) / s for a pixel p: x_own = x_other s_other / s_own + (m_other - m_own) / s_own.
  fileprivate func renormalize(from own: Normalization, to other: Normalization) {
    let name = "patch_embed.proj"
    guard var weight = values(of: name + ".weight"), var bias = values(of: name + ".bias") else { return }
    let plane = architecture.patchSize * architecture.patchSize
    for output in bias.indices {
      var shift = 0.0
      for channel in 0..<architecture.channels {
        let scale = Double(other.standardDeviation[channel]) / Double(own.standardDeviation[channel])
        let offset =
          (Double(other.mean[channel]) - Double(own.mean[channel])) / Double(own.standardDeviation[channel])
        let start = (output * architecture.channels + channel) * plane
        for index in start..<start + plane {
          shift += Double(weight[index]) * offset
          weight[index] = Float(Double(weight[index]) * scale)
        }
      }
      bias[output] = Float(Double(bias[output]) + shift)
    }
    setValues(of: name + ".weight", to: weight)
    setValues(of: name + ".bias", to: bias)
  }
}
