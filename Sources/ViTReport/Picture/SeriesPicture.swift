/// Draws a few series of points with error bars over one another, 800 by 500 pixels, as SVG.
package struct SeriesPicture: Sendable {
  /// Points that belong together, joined by a line.
  package struct Series: Sendable {
    package var name: String
    package var points: [Point]

    package init(name: String, points: [Point]) {
      self.name = name
      self.points = points
    }
  }

  /// A point with what is shown when the mouse rests on it.
  package struct Point: Sendable {
    package var x: Double
    package var y: Double
    /// Half the height of the error bar; nil for none.
    package var halfWidth: Double?
    package var title: String

    package init(x: Double, y: Double, halfWidth: Double?, title: String) {
      self.x = x
      self.y = y
      self.halfWidth = halfWidth
      self.title = title
    }
  }

  package var title: String
  package var subtitle: String
  package var xLabel: String
  package var yLabel: String
  package var series: [Series]

  package init(title: String, subtitle: String, xLabel: String, yLabel: String, series: [Series]) {
    self.title = title
    self.subtitle = subtitle
    self.xLabel = xLabel
    self.yLabel = yLabel
    self.series = series
  }

  // Told apart by people who see few colours (Okabe and Ito), and by shape.
  private static let colours = ["#0b62a8", "#d55e00", "#555f6b", "#009e73", "#8e44ad"]
  private static let (left, right, top, bottom) = (72.0, 780.0, 60.0, 440.0)

  /// The picture as a whole SVG document; points that are not finite are left out.
  package var svg: String {
    let points = series.flatMap(\.points).filter { $0.x.isFinite && $0.y.isFinite }
    let horizontal = Axis(
      values: Axis.range(points.map(\.x), padding: 0.06), pixels: (SeriesPicture.left, SeriesPicture.right))
    let vertical = Axis(
      values: Axis.range(points.flatMap { [$0.y - ($0.halfWidth ?? 0), $0.y + ($0.halfWidth ?? 0)] }, padding: 0.06),
      pixels: (SeriesPicture.bottom, SeriesPicture.top))
    var svg = SVG(width: 800, height: 500)
    svg.text(title, at: (SeriesPicture.left, 24), size: 16, fill: "#111111", more: " font-weight=\"bold\"")
    svg.text(subtitle, at: (SeriesPicture.left, 42), size: 12, fill: "#555555")
    drawAxes(&svg, horizontal, vertical)
    for (index, one) in series.enumerated() {
      let colour = SeriesPicture.colours[index % SeriesPicture.colours.count]
      let places = one.points.filter { $0.x.isFinite && $0.y.isFinite }.sorted { $0.x < $1.x }
      svg.path(
        places.map { (horizontal.position($0.x), vertical.position($0.y)) }, stroke: colour, width: 1.5,
        more: " stroke-opacity=\"0.6\"")
      for point in places {
        draw(point, at: (horizontal.position(point.x), vertical.position(point.y)), index, &svg, vertical)
      }
      let y = SeriesPicture.bottom - 16 - 18 * Double(series.count - 1 - index)
      mark((SeriesPicture.right - 220, y), index, &svg)
      svg.text(one.name, at: (SeriesPicture.right - 206, y + 4), size: 12)
    }
    return svg.document(title: title)
  }

  private func drawAxes(_ svg: inout SVG, _ horizontal: Axis, _ vertical: Axis) {
    for tick in horizontal.ticks {
      let x = horizontal.position(tick.value)
      svg.line((x, SeriesPicture.top), (x, SeriesPicture.bottom), stroke: "#e6e8eb")
      svg.text(tick.label, at: (x, SeriesPicture.bottom + 18), anchor: .middle)
    }
    for tick in vertical.ticks {
      let y = vertical.position(tick.value)
      svg.line((SeriesPicture.left, y), (SeriesPicture.right, y), stroke: "#e6e8eb")
      svg.text(tick.label, at: (SeriesPicture.left - 8, y + 4), anchor: .end)
    }
    svg.rectangle(
      SeriesPicture.left, SeriesPicture.top, SeriesPicture.right - SeriesPicture.left,
      SeriesPicture.bottom - SeriesPicture.top, more: " fill=\"none\" stroke=\"#8a9099\"")
    svg.text(
      xLabel, at: ((SeriesPicture.left + SeriesPicture.right) / 2, SeriesPicture.bottom + 42), anchor: .middle,
      size: 13)
    let y = (SeriesPicture.top + SeriesPicture.bottom) / 2
    svg.text(yLabel, at: (20, y), anchor: .middle, size: 13, more: " transform=\"rotate(-90 20 \(y))\"")
  }

  private func draw(_ point: Point, at place: (Double, Double), _ index: Int, _ svg: inout SVG, _ vertical: Axis) {
    let colour = SeriesPicture.colours[index % SeriesPicture.colours.count]
    // Side by side, so that bars of equal latency do not hide one another.
    let x = place.0 + 3 * Double(index - series.count / 2)
    if let half = point.halfWidth, half.isFinite {
      let (low, high) = (vertical.position(point.y - half), vertical.position(point.y + half))
      svg.line((x, low), (x, high), stroke: colour, width: 1.3)
      for y in [low, high] { svg.line((x - 3, y), (x + 3, y), stroke: colour, width: 1.3) }
    }
    mark((x, place.1), index, &svg, title: point.title)
  }

  private func mark(_ place: (Double, Double), _ index: Int, _ svg: inout SVG, title: String = "") {
    let colour = SeriesPicture.colours[index % SeriesPicture.colours.count]
    switch index % 3 {
    case 0: svg.circle(place, radius: 5, fill: colour, stroke: colour, title: title)
    case 1: svg.circle(place, radius: 4.5, fill: "#ffffff", stroke: colour, title: title)
    default: svg.square(place, side: 8, fill: colour, stroke: colour, title: title)
    }
  }
}
