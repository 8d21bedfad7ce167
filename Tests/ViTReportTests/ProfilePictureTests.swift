import Testing
import ViTReport

@Suite struct `The picture of depth profiles` {
  private func picture(runs: Int, targets: Int, depth: Int, upper: Double = 1.2) -> ProfilePicture {
    let widths = (0..<depth).map { Double(16 * ($0 % 4 + 1)) }
    let series = ProfilePicture.Series(
      runs: Array(repeating: widths, count: runs),
      fitted: widths.map { (value: $0, lower: 0.8 * $0, upper: upper * $0) })
    return ProfilePicture(
      title: "a<b & c", subtitle: "sub", targets: (0..<targets).map { "0.\($0)x" },
      panels: ["H", "QK", "V", "MLP"].map {
        .init(title: $0, subtitle: "constant", series: Array(repeating: series, count: targets))
      })
  }

  @Test func `has a point for every block, run and target, and a line and a band for each target`() throws {
    let reader = try #require(PictureReader.read(picture(runs: 3, targets: 2, depth: 12).svg))
    // One more point and no more line in the legend for each target.
    #expect(reader.counts["circle"] == 4 * 2 * 3 * 12 + 2)
    #expect(reader.counts["polyline"] == 8 && reader.counts["polygon"] == 8)
    for text in ["a<b & c", "MLP", "0.1x", "12", "block"] { #expect(reader.texts.contains(text), "\(text)") }
    #expect(reader.texts.contains("0.0x, run 3, block 12: 64"))
    #expect(reader.numbers.allSatisfy { (-1...901).contains($0) })
  }

  @Test(arguments: [(0, 0, 0), (0, 1, 0), (1, 1, 1), (2, 9, 128)])
  func `is drawn for any number of runs, targets and blocks`(runs: Int, targets: Int, depth: Int) throws {
    let reader = try #require(PictureReader.read(picture(runs: runs, targets: targets, depth: depth).svg))
    #expect(reader.counts["circle", default: 0] == 4 * runs * targets * depth + targets)
    #expect(reader.numbers.allSatisfy { (-1...901).contains($0) })
  }

  /// A band a hundred times as wide as the widths must not flatten them.
  @Test func `is not flattened by one wide band`() throws {
    let reader = try #require(PictureReader.read(picture(runs: 1, targets: 1, depth: 4, upper: 100).svg))
    #expect(reader.texts.compactMap(Double.init).allSatisfy { $0 < 100 })
  }
}
