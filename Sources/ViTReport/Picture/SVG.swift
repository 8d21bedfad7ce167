internal import ViTNumerics

/// Collects the elements of an SVG picture; attribute values and text are escaped.
struct SVG {
  private var lines: [String] = []
  let width: Int
  let height: Int

  init(width: Int, height: Int) {
    self.width = width
    self.height = height
  }

  enum Anchor: String { case start, middle, end }

  mutating func line(
    _ from: (Double, Double), _ to: (Double, Double), stroke: String, width: Double = 1, more: String = ""
  ) {
    lines.append(
      """
      <line x1="\(px(from.0))" y1="\(px(from.1))" x2="\(px(to.0))" y2="\(px(to.1))" stroke="\(stroke)" \
      stroke-width="\(px(width))"\(more)/>
      """)
  }

  mutating func path(_ points: [(Double, Double)], stroke: String, width: Double, more: String = "") {
    let text = points.map { "\(px($0.0)),\(px($0.1))" }.joined(separator: " ")
    lines.append(
      "<polyline points=\"\(text)\" fill=\"none\" stroke=\"\(stroke)\" stroke-width=\"\(px(width))\"\(more)/>")
  }

  /// What lies between two lines.
  mutating func band(_ lower: [(Double, Double)], _ upper: [(Double, Double)], fill: String, opacity: Double) {
    let text = (lower + upper.reversed()).map { "\(px($0.0)),\(px($0.1))" }.joined(separator: " ")
    lines.append("<polygon points=\"\(text)\" fill=\"\(fill)\" fill-opacity=\"\(opacity)\" stroke=\"none\"/>")
  }

  mutating func circle(_ centre: (Double, Double), radius: Double, fill: String, stroke: String, title: String = "") {
    let shape = """
      <circle cx="\(px(centre.0))" cy="\(px(centre.1))" r="\(px(radius))" fill="\(fill)" stroke="\(stroke)" \
      stroke-width="1.6"
      """
    lines.append(title.isEmpty ? shape + "/>" : shape + "><title>\(SVG.escape(title))</title></circle>")
  }

  mutating func square(_ centre: (Double, Double), side: Double, fill: String, stroke: String, title: String = "") {
    let shape = """
      <rect x="\(px(centre.0 - side / 2))" y="\(px(centre.1 - side / 2))" width="\(px(side))" height="\(px(side))" \
      fill="\(fill)" stroke="\(stroke)" stroke-width="1.6"
      """
    lines.append(title.isEmpty ? shape + "/>" : shape + "><title>\(SVG.escape(title))</title></rect>")
  }

  mutating func diamond(_ centre: (Double, Double), radius: Double, fill: String, stroke: String, title: String = "") {
    let corners = [(0, -radius), (radius, 0), (0, radius), (-radius, 0)]
      .map { "\(px(centre.0 + $0.0)),\(px(centre.1 + $0.1))" }.joined(separator: " ")
    let shape = "<polygon points=\"\(corners)\" fill=\"\(fill)\" stroke=\"\(stroke)\" stroke-width=\"1.6\""
    lines.append(title.isEmpty ? shape + "/>" : shape + "><title>\(SVG.escape(title))</title></polygon>")
  }

  mutating func rectangle(_ x: Double, _ y: Double, _ width: Double, _ height: Double, more: String) {
    lines.append("<rect x=\"\(px(x))\" y=\"\(px(y))\" width=\"\(px(width))\" height=\"\(px(height))\"\(more)/>")
  }

  mutating func text(
    _ text: String, at place: (Double, Double), anchor: Anchor = .start, size: Int = 12, fill: String = "#333333",
    more: String = ""
  ) {
    lines.append(
      """
      <text x="\(px(place.0))" y="\(px(place.1))" text-anchor="\(anchor.rawValue)" font-size="\(size)" \
      fill="\(fill)"\(more)>\(SVG.escape(text))</text>
      """)
  }

  mutating func raw(_ element: String) { lines.append(element) }

  /// The picture on its own white background, so that it reads on dark pages too.
  func document(title: String) -> String {
    """
    <?xml version="1.0" encoding="UTF-8"?>
    <svg xmlns="http://www.w3.org/2000/svg" width="\(width)" height="\(height)" viewBox="0 0 \(width) \(height)" \
    font-family="Helvetica, Arial, 'DejaVu Sans', sans-serif" role="img">
    <title>\(SVG.escape(title))</title>
    <rect width="\(width)" height="\(height)" fill="#ffffff"/>
    \(lines.joined(separator: "\n"))
    </svg>

    """
  }

  /// Characters that XML reserves are replaced, and those it forbids are left out.
  static func escape(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&apos;"
      case "\t", "\n", "\r": result += " "
      case "\u{0}"..<"\u{20}", "\u{FFFE}", "\u{FFFF}": continue
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  private func px(_ value: Double) -> String { ReadableNumber.fixed(value, decimals: 1) }
}
