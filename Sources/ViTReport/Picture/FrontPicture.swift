internal import ViTLatency
internal import ViTNumerics
package import ViTSearch

/// Draws a study's front against its baselines, 800 by 500 pixels, as SVG.
///
/// Accuracies are means over seeds with Student's 95% intervals. With two seeds such an interval is so wide that it
/// would flatten everything else; bars that leave the plot are cut at its edge.
package enum FrontPicture {
  /// The picture as a whole SVG document.
  package static func svg(_ front: FrontDocument) -> String {
    var drawing = FrontDrawing(front)
    return drawing.draw()
  }
}

/// The state of drawing one picture.
private struct FrontDrawing {
  private enum Colour {
    static let baseline = "#555f6b"
    static let candidate = "#c96a12"
    static let front = "#0b62a8"
    static let random = "#2e8b57"
    static let both = "#8b1a6b"
    static let line = "#7d8894"
    static let grid = "#e6e8eb"
    static let frame = "#8a9099"
    static let target = "#8e44ad"
    static let missed = "#b3261e"
  }
  private enum Plot {
    static let left = 72.0
    static let right = 780.0
    static let top = 78.0
    static let bottom = 440.0
  }

  let front: FrontDocument
  let shown: [FrontEntry]
  let horizontal: Axis
  let vertical: Axis
  var svg = SVG(width: 800, height: 500)

  init(_ front: FrontDocument) {
    self.front = front
    shown = front.entries.filter { $0.value(front.objective).isFinite && $0.latencySeconds.isFinite }
    let latencies = shown.map { $0.latencySeconds * 1e3 } + front.targets.map { $0.seconds * 1e3 }
    let x = Axis.range(latencies, padding: 0.06)
    horizontal = Axis(values: Axis.limited(x, to: 0 ... .infinity), pixels: (Plot.left, Plot.right))
    vertical = Axis(values: FrontDrawing.verticalRange(front, shown), pixels: (Plot.bottom, Plot.top))
  }

  /// Holds the means, and as much of the error bars as leaves the means half of the height.
  private static func verticalRange(_ front: FrontDocument, _ shown: [FrontEntry]) -> ClosedRange<Double> {
    let values = shown.map { scaled($0, front.objective) }
    let means = Axis.range(values, padding: 0.12)
    let span = means.upperBound - means.lowerBound
    let bars = zip(shown, values).flatMap { entry, value in
      let half = min((entry.validation?.halfWidth ?? 0) * 100, 0.5 * span)
      return front.objective == .validationAccuracy ? [value - half, value + half] : [value]
    }
    let range = Axis.range(bars + [means.lowerBound, means.upperBound], padding: 0.02)
    return front.objective == .validationAccuracy ? range : Axis.limited(range, to: 0 ... .infinity)
  }

  /// Percent, or thousands of millions.
  private static func scaled(_ entry: FrontEntry, _ objective: FrontDocument.Objective) -> Double {
    entry.value(objective) * (objective == .validationAccuracy ? 100 : 1e-9)
  }

  private func place(_ entry: FrontEntry) -> (Double, Double) {
    (
      horizontal.position(entry.latencySeconds * 1e3),
      vertical.position(FrontDrawing.scaled(entry, front.objective))
    )
  }

  mutating func draw() -> String {
    let what = front.objective == .validationAccuracy ? "accuracy" : "multiply-accumulates"
    let title = "\(front.study): \(what) against latency"
    drawHeading(title)
    drawAxes()
    drawTargets()
    let width = Plot.right - Plot.left
    let height = Plot.bottom - Plot.top
    svg.raw(
      "<clipPath id=\"plot\"><rect x=\"\(Plot.left)\" y=\"\(Plot.top)\" width=\"\(width)\" height=\"\(height)\"/></clipPath>"
    )
    svg.raw("<g clip-path=\"url(#plot)\">")
    let baselines = shown.filter { $0.role == .baseline }
    let members = shown.filter(\.isOnFront)
    svg.path(members.map(place), stroke: Colour.line, width: 1.4, more: " stroke-dasharray=\"6 3\"")
    svg.path(baselines.map(place), stroke: Colour.baseline, width: 1.8)
    for entry in shown { drawErrorBar(entry) }
    // What is on the front is drawn last, over the rest.
    for entry in shown.filter({ !$0.isOnFront }) + members { drawPoint(entry) }
    svg.raw("</g>")
    for entry in baselines { drawName(entry) }
    drawLegend()
    return svg.document(title: title)
  }

  private mutating func drawHeading(_ title: String) {
    svg.text(title, at: (Plot.left, 24), size: 16, fill: "#111111", more: " font-weight=\"bold\"")
    let seeds = shown.compactMap { $0.validation?.trials.count }.max() ?? 0
    let parts = [
      front.objective == .validationAccuracy
        ? (seeds > 1 ? "means and 95% intervals over \(seeds) seeds" : "one seed, spread unknown")
        : "nothing was trained",
      shown.lazy.compactMap(\.measuredLatency).first.map { "measured on \($0.conditions.device)" }
        ?? "predicted: \(front.latencySource)",
    ]
    svg.text(parts.joined(separator: "; "), at: (Plot.left, 42), size: 12, fill: "#555555")
    let missing = shown.filter { $0.misses != nil }.map { entry in
      let misses = (entry.misses ?? []).map { "\($0.target) with \($0.measured)" }.joined(separator: ", ")
      return "\(entry.name) misses \(misses)"
    }
    if !missing.isEmpty {
      svg.text(missing.joined(separator: "; "), at: (Plot.left, 57), size: 10, fill: Colour.missed)
    }
  }

  private mutating func drawAxes() {
    for tick in horizontal.ticks {
      let x = horizontal.position(tick.value)
      svg.line((x, Plot.top), (x, Plot.bottom), stroke: Colour.grid)
      svg.text(tick.label, at: (x, Plot.bottom + 18), anchor: .middle)
    }
    for tick in vertical.ticks {
      let y = vertical.position(tick.value)
      svg.line((Plot.left, y), (Plot.right, y), stroke: Colour.grid)
      svg.text(tick.label, at: (Plot.left - 8, y + 4), anchor: .end)
    }
    svg.rectangle(
      Plot.left, Plot.top, Plot.right - Plot.left, Plot.bottom - Plot.top,
      more: " fill=\"none\" stroke=\"\(Colour.frame)\"")
    let conditions = shown.lazy.compactMap(\.measuredLatency).first?.conditions
    let batch = conditions.map { " of \($0.batchSize) images" } ?? ""
    let kind = conditions == nil ? "Predicted" : "Measured"
    svg.text(
      "\(kind) latency of one batch\(batch) [ms]", at: ((Plot.left + Plot.right) / 2, Plot.bottom + 42),
      anchor: .middle, size: 13)
    let y = (Plot.top + Plot.bottom) / 2
    svg.text(
      front.objective == .validationAccuracy ? "Validation accuracy [%]" : "Multiply-accumulates [10⁹ per image]",
      at: (20, y), anchor: .middle, size: 13, more: " transform=\"rotate(-90 20 \(y))\"")
  }

  private mutating func drawTargets() {
    var lastLabel = -Double.infinity
    var row = 0.0
    for target in front.targets.sorted(by: { $0.seconds < $1.seconds }) {
      let x = horizontal.position(target.seconds * 1e3)
      svg.line(
        (x, Plot.top), (x, Plot.bottom), stroke: Colour.target, width: 1.2, more: " stroke-dasharray=\"5 4\"")
      // Labels that would touch take turns in two rows.
      row = x - lastLabel < 9 * Double(target.label.count) ? 12 - row : 0
      svg.text(target.label, at: (x, Plot.top - 5 - row), anchor: .middle, size: 11, fill: Colour.target)
      lastLabel = x
    }
  }

  private mutating func drawErrorBar(_ entry: FrontEntry) {
    guard front.objective == .validationAccuracy, let interval = entry.validation?.accuracy.interval else { return }
    let (x, _) = place(entry)
    // Kept near the plot, since some viewers mishandle far coordinates.
    let low = min(vertical.position(100 * interval.lower), Plot.bottom + 20)
    let high = max(vertical.position(100 * interval.upper), Plot.top - 20)
    let stroke = colour(entry)
    let faint = entry.isOnFront || entry.role == .baseline ? "" : " stroke-opacity=\"0.45\""
    svg.line((x, low), (x, high), stroke: stroke, width: 1.3, more: faint)
    for y in [low, high] { svg.line((x - 4, y), (x + 4, y), stroke: stroke, width: 1.3, more: faint) }
  }

  /// By what found it: the search's blue is never random search's.
  private func colour(_ entry: FrontEntry) -> String {
    switch entry.role {
    case .baseline: Colour.baseline
    case .candidate: entry.isOnFront ? Colour.front : Colour.candidate
    case .randomSearch: Colour.random
    case .both: Colour.both
    }
  }

  /// Filled on the front, hollow elsewhere.
  private mutating func drawPoint(_ entry: FrontEntry) {
    let accuracy = entry.validation.map { ", " + $0.accuracy.plusMinus(unit: "%") { ReadableNumber.percent($0) } }
    let title =
      "\(entry.name): \(ReadableNumber.latency(entry.latencySeconds))\(accuracy ?? "")"
      + (entry.misses ?? []).map { ", \($0.text)" }.joined()
    let stroke = colour(entry)
    let fill = entry.isOnFront ? stroke : "#ffffff"
    switch entry.role {
    case .baseline:
      svg.square(place(entry), side: 9, fill: fill, stroke: stroke, title: title)
    case .candidate:
      svg.circle(place(entry), radius: entry.isOnFront ? 6 : 4, fill: fill, stroke: stroke, title: title)
    case .randomSearch, .both:
      svg.diamond(place(entry), radius: 6, fill: fill, stroke: stroke, title: title)
    }
  }

  private mutating func drawName(_ entry: FrontEntry) {
    let (x, y) = place(entry)
    let isNearEdge = x > Plot.right - 80
    svg.text(
      entry.name, at: (isNearEdge ? x - 9 : x + 9, isNearEdge ? y + 26 : y + 16), anchor: isNearEdge ? .end : .start,
      size: 11,
      fill: Colour.baseline, more: " paint-order=\"stroke\" stroke=\"#ffffff\" stroke-width=\"3\"")
  }

  /// In the lower right corner, where a trade-off has nothing to show.
  private mutating func drawLegend() {
    let finds: [(role: MemberRole, colour: String, text: String)] = [
      (.randomSearch, Colour.random, "random search"), (.both, Colour.both, "found by both"),
    ].filter { find in shown.contains { $0.role == find.role } }
    let height = 95 + 17 * Double(finds.count)
    let x = Plot.right - 178
    let y = Plot.bottom - 10 - height
    svg.rectangle(x, y, 168, height, more: " fill=\"#ffffff\" fill-opacity=\"0.88\" stroke=\"\(Colour.grid)\"")
    svg.circle((x + 18, y + 15), radius: 6, fill: Colour.front, stroke: Colour.front)
    svg.text("candidate on the front", at: (x + 36, y + 19), size: 11)
    svg.circle((x + 18, y + 32), radius: 4, fill: "#ffffff", stroke: Colour.candidate)
    svg.text("dominated candidate", at: (x + 36, y + 36), size: 11)
    svg.line((x + 5, y + 49), (x + 31, y + 49), stroke: Colour.baseline, width: 1.8)
    svg.square((x + 18, y + 49), side: 9, fill: "#ffffff", stroke: Colour.baseline)
    svg.text("baseline", at: (x + 36, y + 53), size: 11)
    for (index, find) in finds.enumerated() {
      let row = y + 66 + 17 * Double(index)
      svg.diamond((x + 18, row), radius: 6, fill: "#ffffff", stroke: find.colour)
      svg.text(find.text, at: (x + 36, row + 4), size: 11)
    }
    let last = y + 66 + 17 * Double(finds.count)
    svg.line((x + 5, last), (x + 31, last), stroke: Colour.line, width: 1.4, more: " stroke-dasharray=\"6 3\"")
    svg.text("front; filled is on it", at: (x + 36, last + 4), size: 11)
    svg.line(
      (x + 5, last + 17), (x + 31, last + 17), stroke: Colour.target, width: 1.2, more: " stroke-dasharray=\"5 4\"")
    svg.text("latency target", at: (x + 36, last + 21), size: 11)
  }
}
