import Testing
import ViTKernels
import ViTNumerics

@Suite struct AdamWTests {
  @Test(arguments: KernelSet.available, [0, 0.05])
  func `Twenty updates equal the reference`(kernels: KernelSet, weightDecay: Double) {
    var random = CounterRandom(seed: 1, purpose: "adamw")
    let settings = Reference.AdamW(
      learningRate: 3e-3, beta1: 0.9, beta2: 0.98, epsilon: 1e-6, weightDecay: weightDecay)
    for count in [1, 7, 16, 35] {
      let weights = OwnedMatrix(rows: 1, columns: count, random: &random, guardValue: 7)
      let moment1 = OwnedMatrix(rows: 1, columns: count, guardValue: 7)
      let moment2 = OwnedMatrix(rows: 1, columns: count, guardValue: 7)
      var expected = weights.double.values
      var first = [Double](repeating: 0, count: count)
      var second = first
      for step in 1...20 {
        let gradient = OwnedMatrix(rows: 1, columns: count, random: &random)
        let scale = step % 2 == 0 ? 1 : 0.25
        let update = AdamWUpdate(
          learningRate: settings.learningRate, beta1: settings.beta1, beta2: settings.beta2,
          epsilon: settings.epsilon, step: step, gradientScale: scale)
        update.apply(
          kernels, gradient: gradient.row, weightDecay: weightDecay, weights: weights.row, moment1: moment1.row,
          moment2: moment2.row)
        for index in 0..<count {
          settings.update(
            weight: &expected[index], moment1: &first[index], moment2: &second[index],
            gradient: scale * gradient.double.values[index], step: step)
        }
      }
      // Each of 20 updates rounds the weight, at most 4 in size, twice; what is added is 3e-3 with a relative error
      // far below that of the weight itself, except for 1 - beta2 in float32: 0.02 is known to 3e-6.
      let bound = Reference.DoubleMatrix(
        rows: 1, columns: count, repeating: 20 * (2 * 4 * roundoff + 3 * settings.learningRate * 3e-6))
      #expect(
        worstError(weights.double, .init(rows: 1, columns: count, values: expected), bound: bound) <= 1)
      #expect(weights.paddingIs(7) && moment1.paddingIs(7) && moment2.paddingIs(7))
    }
  }

  @Test(arguments: KernelSet.available)
  func `The first update moves every weight by the learning rate against its gradient`(kernels: KernelSet) {
    // With both moments corrected, the first step is gradient / |gradient|: Kingma and Ba 2015.
    let gradient: [Float] = [1e-3, -2, 30, -400]
    let buffers = (0..<3).map { _ in OwnedMatrix(rows: 1, columns: 4) }
    let update = AdamWUpdate(
      learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 0, step: 1, gradientScale: 1)
    let memory = OwnedMatrix(rows: 1, columns: 4)
    memory.row.copy(from: gradient)
    update.apply(
      kernels, gradient: memory.row, weightDecay: 0, weights: buffers[0].row, moment1: buffers[1].row,
      moment2: buffers[2].row)
    for index in 0..<4 {
      let expected: Float = gradient[index] > 0 ? -0.01 : 0.01
      // 1 - 0.999 in float32 is known to 6e-5, of which the root takes half, on both sides of the quotient alike.
      #expect(abs(buffers[0].matrix[0, index] / expected - 1) < 1e-4)
    }
  }

  @Test(arguments: KernelSet.available)
  func `The moving average is the convex combination`(kernels: KernelSet) {
    var random = CounterRandom(seed: 2, purpose: "moving average")
    for count in [1, 5, 16, 37] {
      let weights = OwnedMatrix(rows: 1, columns: count, random: &random)
      let average = OwnedMatrix(rows: 1, columns: count, random: &random, guardValue: 7)
      let expected = average.double.combined(with: weights.double) { 0.9 * $0 + 0.1 * $1 }
      // The float32 of 0.1 is made as 1 - 0.9, within one roundoff of 1.
      let bound = average.double.combined(with: weights.double) { 4 * roundoff * (abs($0) + abs($1)) }
      ArrayOperations.movingAverage(
        kernels, of: weights.row, decay: 0.9, into: average.row)
      #expect(worstError(average.double, expected, bound: bound) <= 1)
      #expect(average.paddingIs(7))
    }
  }
}
