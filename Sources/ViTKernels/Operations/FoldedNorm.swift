/// The affine part of a LayerNorm, folded into the linear layer that follows: W' = W diag(gamma), b' = b + W beta.
package enum FoldedNorm {
  /// b' = b + W beta.
  ///
  /// - Parameters:
  ///   - weight: W, (outputs, inputs).
  ///   - bias: b, (outputs).
  ///   - shift: beta, (inputs), or nil without a norm.
  ///   - folded: b', (outputs).
  package static func bias(weight: Matrix, bias: Vector, beta shift: Vector?, into folded: Vector) {
    ShapeCheck.equal("FoldedNorm.bias", "elements of the bias", bias.count, weight.rows)
    ShapeCheck.equal("FoldedNorm.bias", "elements of the folded bias", folded.count, weight.rows)
    folded.copy(from: bias)
    guard let shift else { return }
    ShapeCheck.equal("FoldedNorm.bias", "elements of beta", shift.count, weight.columns)
    let beta = shift.base
    for output in 0..<weight.rows {
      let row = weight.base + output * weight.stride
      // Four partial sums, so that the additions need not wait for each other.
      var sums = SIMD4<Float>.zero
      let whole = weight.columns / 4 * 4
      for input in stride(from: 0, to: whole, by: 4) {
        sums +=
          SIMD4(row[input], row[input + 1], row[input + 2], row[input + 3])
          * SIMD4(beta[input], beta[input + 1], beta[input + 2], beta[input + 3])
      }
      var sum = sums.sum()
      for input in whole..<weight.columns { sum += row[input] * beta[input] }
      folded.base[output] += sum
    }
  }

  /// A linear layer behind a norm, or the gradient of one.
  package struct Layer {
    /// (outputs, inputs)
    let weight: Matrix
    /// (outputs)
    let bias: Vector
    /// (inputs)
    let gamma: Vector
    let beta: Vector

    package init(weight: Matrix, bias: Vector, gamma: Vector, beta: Vector) {
      self.weight = weight
      self.bias = bias
      self.gamma = gamma
      self.beta = beta
    }

    fileprivate func check(_ operation: StaticString, outputs: Int, inputs: Int) {
      ShapeCheck.shape(operation, "weight", weight, rows: outputs, columns: inputs)
      ShapeCheck.equal(operation, "elements of the bias", bias.count, outputs)
      ShapeCheck.equal(operation, "elements of gamma", gamma.count, inputs)
      ShapeCheck.equal(operation, "elements of beta", beta.count, inputs)
    }
  }

  /// Turns the gradients of folded weights into those of weights and norm: dgamma += sum over outputs of dW' W,
  /// dbeta += W^T db', and dW = dW' diag(gamma) + db' beta^T.
  ///
  /// - Parameters:
  ///   - layer: The parameters.
  ///   - gradient: dW' becomes dW, db' stays as it is, and dgamma and dbeta are added to.
  package static func unfold(_ layer: Layer, gradient: Layer) {
    let (outputs, inputs) = (layer.weight.rows, layer.weight.columns)
    layer.check("FoldedNorm.unfold", outputs: outputs, inputs: inputs)
    gradient.check("FoldedNorm.unfold of the gradient", outputs: outputs, inputs: inputs)
    let (gamma, beta) = (layer.gamma.base, layer.beta.base)
    let (gammaGradient, betaGradient) = (gradient.gamma.base, gradient.beta.base)
    for output in 0..<outputs {
      let row = layer.weight.base + output * layer.weight.stride
      let rowGradient = gradient.weight.base + output * gradient.weight.stride
      let bias = gradient.bias.base[output]
      for input in 0..<inputs {
        let folded = rowGradient[input]
        gammaGradient[input] += folded * row[input]
        betaGradient[input] += bias * row[input]
        rowGradient[input] = folded * gamma[input] + bias * beta[input]
      }
    }
  }
}
