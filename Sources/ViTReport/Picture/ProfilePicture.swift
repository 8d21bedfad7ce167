/// Draws widths by block, as pruning left them and as a rule has them, one panel for each kind of dimension, as SVG.
///
/// After Figure 4 of the NViT paper.
package struct ProfilePicture: Sendable {
  package var title: String
  package var subtitle: String
  /// From the largest models to the smallest; all panels share the legend.
  package var targets: [String]
  package var panels: [Panel]

  /// One kind of dimension.
  package struct Panel: Sendable {
    package var title: String
    package var subtitle: String
    /// One for each target.
    package var series: [Series]

    package init(title: String, subtitle: String, series: [Series]) {
      self.title = title
      self.subtitle = subtitle
      self.series = series
    }
  }

  /// A target's widths.
  package struct Series: Sendable {
    /// (runs, depth), as pruned.
    package var runs: [[Double]]
    /// (depth), as the rule has them; not drawn when empty.
    package var fitted: [(value: Double, lower: Double, upper: Double)]

    package init(runs: [[Double]], fitted: [(value: Double, lower: Double, upper: Double)]) {
      self.runs = runs
      self.fitted = fitted
    }
  }

  package init(title: String, subtitle: String, targets: [String], panels: [Panel]) {
    self.title = title
    self.subtitle = subtitle
    self.targets = targets
    self.panels = panels
  }

  /// The picture as a whole SVG document.
  package var svg: String {
    var drawing = ProfileDrawing(self)
    return drawing.draw()
  }
}

/// The state of drawing one picture.
private struct ProfileDrawing {
  private enum Layout {
    static let width = 900
    static let top = 66.0
    static let panelWidth = 450.0
    static let panelHeight = 274.0
    static let left = 58.0
    static let right = 14.0
    static let heading = 40.0
    static let bottom = 46.0
    static let legend = 40.0
  }
  private enum Colour {
    static let grid = "#e6e8eb"
    static let frame = "#8a9099"
    static let text = "#111111"
    static let faint = "#555555"
    /// Dark to light along one scale, so that colours have the order of the targets: inferno, without its ends.
    static let scale: [(Double, Double, Double)] = [
      (31, 12, 72), (85, 15, 109), (136, 34, 106), (186, 54, 85), (227, 89, 51), (249, 140, 10),
    ]
  }

  let picture: ProfilePicture
  var svg: SVG

  init(_ picture: ProfilePicture) {
    self.picture = picture
    let rows = (picture.panels.count + 1) / 2
    svg = SVG(width: Layout.width, height: Int(Layout.top + Double(rows) * Layout.panelHeight + Layout.legend))
  }

  private func colour(_ target: Int) -> String {
    let share = picture.targets.count > 1 ? Double(target) / Double(picture.targets.count - 1) : 0.3
    let position = min(max(share, 0), 1) * Double(Colour.scale.count - 1)
    let index = min(Int(position), Colour.scale.count - 2)
    let (low, high, part) = (Colour.scale[index], Colour.scale[index + 1], position - Double(index))
    func channel(_ a: Double, _ b: Double) -> Int { Int((a + part * (b - a)).rounded()) }
    return "rgb(\(channel(low.0, high.0)),\(channel(low.1, high.1)),\(channel(low.2, high.2)))"
  }

  mutating func draw() -> String {
    svg.text(picture.title, at: (20, 26), size: 16, fill: Colour.text, more: " font-weight=\"bold\"")
    svg.text(
      "\(picture.subtitle); points: pruned, line and band: the rule and its 95% interval", at: (20, 46), size: 12,
      fill: Colour.faint)
    for (index, panel) in picture.panels.enumerated() {
      let x = Double(index % 2) * Layout.panelWidth
      let y = Layout.top + Double(index / 2) * Layout.panelHeight
      draw(panel, x: x, y: y)
    }
    drawLegend(y: Double(svg.height) - Layout.legend / 2 + 4)
    return svg.document(title: picture.title)
  }

  private mutating func draw(_ panel: ProfilePicture.Panel, x: Double, y: Double) {
    let depth = panel.series.map { max($0.runs.first?.count ?? 0, $0.fitted.count) }.max() ?? 0
    let (left, right) = (x + Layout.left, x + Layout.panelWidth - Layout.right)
    let (top, bottom) = (y + Layout.heading, y + Layout.panelHeight - Layout.bottom)
    let horizontal = Axis(values: 0.5...(Double(max(depth, 1)) + 0.5), pixels: (left, right))
    let points = panel.series.flatMap { $0.runs.flatMap(\.self) + $0.fitted.map(\.value) }
    // A band wider than all that was found would flatten the rest; it is cut at the frame.
    let most = points.filter(\.isFinite).max() ?? 1
    let bands = panel.series.flatMap { $0.fitted.map { min($0.upper, 1.3 * most) } }
    let range = Axis.range(points + bands + [0], padding: 0.06)
    let vertical = Axis(values: 0...range.upperBound, pixels: (bottom, top))

    svg.text(panel.title, at: (left, y + 14), size: 13, fill: Colour.text, more: " font-weight=\"bold\"")
    svg.text(panel.subtitle, at: (left, y + 30), size: 11, fill: Colour.faint)
    for tick in vertical.ticks {
      let height = vertical.position(tick.value)
      svg.line((left, height), (right, height), stroke: Colour.grid)
      svg.text(tick.label, at: (left - 7, height + 4), anchor: .end, size: 11)
    }
    // Every block has its number where there is room for it.
    let step = max(1, (depth + 15) / 16)
    for block in stride(from: 1, through: depth, by: step) {
      svg.text("\(block)", at: (horizontal.position(Double(block)), bottom + 15), anchor: .middle, size: 11)
    }
    svg.text("block", at: ((left + right) / 2, bottom + 29), anchor: .middle, size: 11, fill: Colour.faint)
    let clip = "panel\(Int(x))-\(Int(y))"
    svg.raw("<clipPath id=\"\(clip)\">")
    svg.rectangle(left, top, right - left, bottom - top, more: "")
    svg.raw("</clipPath><g clip-path=\"url(#\(clip))\">")
    for (target, series) in panel.series.enumerated() {
      drawFit(series, colour: colour(target)) { (horizontal.position($0), vertical.position($1)) }
    }
    svg.raw("</g>")
    for (target, series) in panel.series.enumerated() {
      drawPoints(series, target: target, count: panel.series.count) {
        (horizontal.position($0), vertical.position($1))
      }
    }
    svg.rectangle(left, top, right - left, bottom - top, more: " fill=\"none\" stroke=\"\(Colour.frame)\"")
  }

  private mutating func drawFit(
    _ series: ProfilePicture.Series, colour: String, at place: (Double, Double) -> (Double, Double)
  ) {
    let blocks = series.fitted.indices.map { Double($0 + 1) }
    let lower = zip(blocks, series.fitted).map { place($0, max($1.lower, 0)) }
    let upper = zip(blocks, series.fitted).map { place($0, min($1.upper, 1e6)) }
    svg.band(lower, upper, fill: colour, opacity: 0.13)
    svg.path(zip(blocks, series.fitted).map { place($0, $1.value) }, stroke: colour, width: 1.8)
  }

  /// Points of a block lie side by side, run by run, and those of smaller models are smaller, so that equal ones are seen.
  private mutating func drawPoints(
    _ series: ProfilePicture.Series, target: Int, count: Int, at place: (Double, Double) -> (Double, Double)
  ) {
    for (run, widths) in series.runs.enumerated() {
      let radius = count > 1 ? 3.4 - 1.8 * Double(target) / Double(count - 1) : 2.6
      let offset = series.runs.count > 1 ? 0.44 * (Double(run) / Double(series.runs.count - 1) - 0.5) : 0
      for (block, width) in widths.enumerated() where width.isFinite {
        let name = target < picture.targets.count ? picture.targets[target] : ""
        let title = "\(name), run \(run + 1), block \(block + 1): \(Int(min(max(width, 0), 1e9)))"
        svg.circle(
          place(Double(block + 1) + offset, width), radius: radius, fill: colour(target), stroke: colour(target),
          title: title)
      }
    }
  }

  private mutating func drawLegend(y: Double) {
    var x = 58.0
    svg.text("target", at: (x, y), size: 12, fill: Colour.faint)
    x += 46
    for (index, target) in picture.targets.enumerated() {
      svg.circle((x + 5, y - 4), radius: 3, fill: colour(index), stroke: colour(index))
      svg.line((x + 12, y - 4), (x + 34, y - 4), stroke: colour(index), width: 1.8)
      svg.text(target, at: (x + 40, y), size: 12)
      x += 58 + 7.2 * Double(target.count)
    }
  }
}
