import Foundation
import FoundationXML
import Testing
import ViTReport

/// Collects what a picture holds.
final class PictureReader: NSObject, XMLParserDelegate {
  var texts: [String] = []
  var counts: [String: Int] = [:]
  var numbers: [Double] = []
  private var text: String?

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
    attributes: [String: String]
  ) {
    counts[name, default: 0] += 1
    if name == "text" || name == "title" { text = "" }
    for key in ["x", "y", "x1", "y1", "x2", "y2", "cx", "cy"] {
      numbers += attributes[key].flatMap(Double.init).map { [$0] } ?? []
    }
  }

  func parser(_ parser: XMLParser, foundCharacters string: String) { text? += string }

  func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
    if let text, name == "text" || name == "title" { texts.append(text) }
    if name == "text" || name == "title" { text = nil }
  }

  /// Nil when the text is not well-formed XML.
  static func read(_ svg: String) -> PictureReader? {
    let reader = PictureReader()
    let parser = XMLParser(data: Data(svg.utf8))
    parser.delegate = reader
    return parser.parse() ? reader : nil
  }
}

@Suite struct `The picture of a front` {
  @Test func `shows every member, the targets and the axes`() throws {
    let picture = try #require(PictureReader.read(FrontPicture.svg(Example.front())))
    let dots = Example.members.count { !$0.isBaseline }
    let squares = Example.members.count(where: \.isBaseline)
    // One more of each in the legend; the other rectangles are background, frame, clip and legend box.
    #expect(picture.counts["circle"] == dots + 2)
    #expect(picture.counts["rect"] == squares + 1 + 4)
    for text in ["DeiT-32", "DeiT-64", "0.25x", "0.5x", "Validation accuracy [%]", "latency target"] {
      #expect(picture.texts.contains(text), "\(text)")
    }
    #expect(picture.texts.contains("Measured latency of one batch of 64 images [ms]"))
    #expect(picture.texts.contains("means and 95% intervals over 3 seeds; measured on Some CPU @ 2.10GHz"))
    #expect(picture.texts.contains { $0.hasPrefix("nvit-0.5x-0badcafe: 10.2 ms, 83.40% ± ") })
    #expect(picture.numbers.allSatisfy { (-20...820).contains($0) })
  }

  @Test func `gives what random search found a shape of its own, and a legend`() throws {
    var members = Example.members
    let before = try #require(PictureReader.read(FrontPicture.svg(Example.front(members))))
    #expect(before.counts["polygon"] == nil && !before.texts.contains("random search"))
    members[4].isRandom = true
    let picture = try #require(PictureReader.read(FrontPicture.svg(Example.front(members))))
    #expect(picture.counts["polygon"] == 2 && picture.texts.contains("random search"))
    #expect(picture.counts["circle"] == (before.counts["circle"] ?? 0) - 1)
  }

  @Test func `escapes what XML reserves`() throws {
    var members = Example.members
    members[2].name = "<DeiT> & \"friends\" \u{1}'"
    let picture = try #require(PictureReader.read(FrontPicture.svg(Example.front(members, study: "a<b>&c"))))
    #expect(picture.texts.contains("<DeiT> & \"friends\" '"))
    #expect(picture.texts.contains("a<b>&c: accuracy against latency"))
  }

  @Test func `of a search without training names the stand-in`() throws {
    let picture = try #require(PictureReader.read(FrontPicture.svg(Example.front(isTrained: false))))
    #expect(picture.texts.contains("Multiply-accumulates [10⁹ per image]"))
    #expect(picture.texts.contains("nothing was trained; predicted: a model fitted to 60 measurements"))
    #expect(picture.texts.contains("Predicted latency of one batch [ms]"))
  }

  @Test(arguments: [0, 1, 2]) func `is drawn for any number of members`(count: Int) throws {
    let picture = try #require(
      PictureReader.read(FrontPicture.svg(Example.front(Array(Example.members.prefix(count))))))
    #expect(picture.counts["circle"] == count + 2)
    #expect(picture.numbers.allSatisfy { (-20...820).contains($0) })
  }

  /// As a file that was edited or damaged can hold.
  @Test(
    arguments: [
      [1e308, -1e308], [.leastNonzeroMagnitude, .leastNormalMagnitude], [-5, -4], [0, 0],
      [1e300, 1.000000000000001e300], [1e17, 1e17 + 16],
    ] as [[Double]])
  func `and page of absurd latencies and accuracies are drawn all the same`(milliseconds: [Double]) throws {
    let members = milliseconds.enumerated().map { index, milliseconds in
      Example.Member(name: "\(index)", isBaseline: index == 0, milliseconds: milliseconds, accuracy: [milliseconds])
    }
    let front = try Example.front(members)
    #expect(PictureReader.read(FrontPicture.svg(front)) != nil)
    let content = ReportContent(front, plan: nil, records: [], provenance: nil)
    #expect(StudyReport([content], fronts: [front], bundle: nil).files().count >= 1)
  }

  /// Two seeds 12 points apart give an interval of 76 points on either side; the others must not be flattened by it.
  @Test func `is not flattened by one wide interval`() throws {
    var members = Example.members
    members[1].accuracy = [0.72, 0.84]
    let picture = try #require(PictureReader.read(FrontPicture.svg(Example.front(members))))
    #expect(picture.numbers.allSatisfy { (-20...820).contains($0) })
    let ticks = picture.texts.compactMap(Double.init).filter { $0 > 60 }
    #expect(ticks.count >= 4 && (ticks.max() ?? 0) - (ticks.min() ?? 0) < 30)
  }
}
