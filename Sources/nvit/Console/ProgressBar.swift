internal import Foundation
internal import ViTNumerics

/// A one-line progress bar on standard error with the time left.
///
/// On a terminal the line redraws itself, at most ten times a second; elsewhere (a log, CI) a plain line is printed
/// every ten seconds.
final class ProgressBar {
  private let title: String
  private let isTerminal = isatty(STDERR_FILENO) == 1
  private let start = ContinuousClock.now
  /// The share that was done when the bar was first shown, by an earlier run.
  private var doneBefore: Double?
  private var lastDrawn: ContinuousClock.Instant?
  private var isFull = false

  init(_ title: String) { self.title = title }

  /// Shows the fraction done, 0 to 1, and a remark such as the current loss.
  func update(_ fraction: Double, remark: String = "") {
    let now = ContinuousClock.now
    if doneBefore == nil { doneBefore = min(max(fraction, 0), 1) }
    // The full bar is drawn at once, but once only.
    let isDue = lastDrawn.map { now - $0 >= (isTerminal ? .milliseconds(100) : .seconds(10)) } ?? true
    guard isDue || (fraction >= 1 && !isFull) else { return }
    lastDrawn = now
    isFull = fraction >= 1
    let done = min(max(fraction, 0), 1)
    let doneNow = done - (doneBefore ?? 0)
    let elapsed = (now - start) / .seconds(1)
    let left = doneNow > 0.01 ? ReadableNumber.clock(elapsed * (1 - done) / doneNow) + " left" : "estimating"
    let filled = Int((done * 24).rounded())
    let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: 24 - filled)
    let number = String(Int((done * 100).rounded()))
    let percent = String(repeating: " ", count: 3 - number.count) + number + "%"
    let line = "\(title) \(bar) \(percent)  \(left)" + (remark.isEmpty ? "" : "  \(remark)")
    write(isTerminal ? "\r\u{1B}[2K" + line : line + "\n")
  }

  /// Replaces the bar by a closing line.
  func finish(_ text: String) {
    write((isTerminal ? "\r\u{1B}[2K" : "") + text + "\n")
  }

  /// Takes the bar off a terminal.
  func clear() {
    if isTerminal { write("\r\u{1B}[2K") }
  }

  private func write(_ text: String) { Console.remark(text) }
}
