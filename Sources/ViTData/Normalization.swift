/// Mean and standard deviation of the pixel values of each channel, with pixels scaled to 0 to 1.
package struct Normalization: Hashable, Sendable {
  /// One value for each channel.
  package let mean: [Float]
  /// One value for each channel, greater than zero.
  package let standardDeviation: [Float]

  package init(mean: [Float], standardDeviation: [Float]) {
    self.mean = mean
    self.standardDeviation = standardDeviation
  }

  /// The moments of `images`, over all pixels of all images; a channel without any contrast gets the deviation 1.
  package init(of images: ImageSet) {
    let plane = images.imageSize * images.imageSize
    var histogram = [Int](repeating: 0, count: images.channels * 256)
    let pixels = images.pixels.span
    for start in stride(from: 0, to: pixels.count, by: plane) {
      let row = start / plane % images.channels * 256
      for index in start..<start + plane { histogram[row + Int(pixels[index])] += 1 }
    }
    var means: [Float] = []
    var deviations: [Float] = []
    for channel in 0..<images.channels {
      let counts = histogram[channel * 256..<(channel + 1) * 256]
      // Exact in integers: 2^62 is reached only by 7e13 pixels.
      let count = counts.reduce(0, +)
      let sum = zip(counts, 0...).reduce(0) { $0 + $1.0 * $1.1 }
      let mean = Double(sum) / Double(max(count, 1))
      let squares = zip(counts, 0...).reduce(0.0) { $0 + Double($1.0) * (Double($1.1) - mean) * (Double($1.1) - mean) }
      let deviation = (squares / Double(max(count, 1))).squareRoot()
      means.append(Float(mean / 255))
      deviations.append(deviation > 0 ? Float(deviation / 255) : 1)
    }
    self.init(mean: means, standardDeviation: deviations)
  }
}
