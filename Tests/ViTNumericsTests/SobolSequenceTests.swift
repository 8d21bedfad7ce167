import Testing
import ViTNumerics

@Suite struct `Sobol points` {
  /// Bratley and Fox 1988: both first axes of the sequence, in Gray-code order.
  @Test func `unscrambled start with the published points`() throws {
    let points = try SobolSequence.unscrambled(count: 8, dimensions: 2)
    #expect(
      points == [
        [0, 0], [0.5, 0.5], [0.75, 0.25], [0.25, 0.75], [0.375, 0.375], [0.875, 0.875], [0.625, 0.125],
        [0.125, 0.625],
      ])
  }

  @Test(arguments: [UInt64(0), 1, 77])
  func `put one point into each of 2^k slices along every axis, scrambled or not`(seed: UInt64) throws {
    let points = try SobolSequence.points(count: 256, dimensions: 40, seed: seed)
    for axis in 0..<40 {
      #expect(Set(points.map { Int($0[axis] * 256) }) == Set(0..<256), "axis \(axis)")
    }
  }

  /// The first two axes are a (0, 2)-sequence, and Owen's scrambling keeps it one.
  @Test func `put one point into every elementary box of the first two axes`() throws {
    let points = try SobolSequence.points(count: 64, dimensions: 2, seed: 5)
    for split in 0...6 {
      let columns = 1 << split
      let rows = 64 / columns
      let boxes = points.map { Int($0[0] * Double(columns)) * rows + Int($0[1] * Double(rows)) }
      #expect(Set(boxes) == Set(0..<64), "\(columns) x \(rows) boxes")
    }
  }

  @Test func `depend on the seed and the place only`() throws {
    let long = try SobolSequence.points(count: 100, dimensions: 7, seed: 3)
    #expect(try SobolSequence.points(count: 40, dimensions: 7, seed: 3) == Array(long.prefix(40)))
    #expect(try SobolSequence.points(count: 100, dimensions: 7, seed: 4) != long)
    #expect(long.joined().allSatisfy { (0..<1).contains($0) && $0 > 0 })
  }

  @Test func `have independent numbers on axes past the fortieth`() throws {
    let wide = try SobolSequence.points(count: 64, dimensions: 43, seed: 9)
    let narrow = try SobolSequence.points(count: 64, dimensions: 40, seed: 9)
    #expect(wide.map { Array($0.prefix(40)) } == narrow)
    #expect(wide.allSatisfy { $0.count == 43 && $0.allSatisfy { (0..<1).contains($0) } })
    #expect(Set(wide.map { $0[40] }).count == 64 && wide.allSatisfy { $0[40] != $0[41] })
  }

  /// The mean of x^2 y over the square is 1/6. Owen's variance bound for smooth integrands makes the error of 4096
  /// scrambled points far smaller than the 0.004 of independent ones; 1e-4 leaves room.
  @Test func `integrate a smooth function well`() throws {
    let points = try SobolSequence.points(count: 4096, dimensions: 2, seed: 11)
    let mean = points.reduce(0) { $0 + $1[0] * $1[0] * $1[1] } / 4096
    #expect(abs(mean - 1.0 / 6) < 1e-4)
  }

  @Test func `cannot be asked for in negative or absurd numbers`() throws {
    #expect(throws: NumericsError.self) { try SobolSequence.points(count: -1, dimensions: 2, seed: 0) }
    #expect(throws: NumericsError.self) { try SobolSequence.points(count: .max, dimensions: 2, seed: 0) }
    #expect(throws: NumericsError.self) { try SobolSequence.points(count: 2, dimensions: -1, seed: 0) }
    #expect(try SobolSequence.points(count: 3, dimensions: 0, seed: 0) == [[], [], []])
    #expect(try SobolSequence.points(count: 0, dimensions: 2, seed: 0).isEmpty)
  }
}
