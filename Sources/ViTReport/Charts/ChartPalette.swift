internal import ViTSearch

/// The colours of charts and page, each for light and for dark surroundings.
///
/// Specifications name the light ones, so that they can be used elsewhere. On a dark page a style sheet replaces each
/// by its dark counterpart: SVG attributes give way to style rules.
enum ChartPalette: String, CaseIterable {
  case surface = "#ffffff"
  case ink = "#1b1f24"
  case faint = "#5c6570"
  case grid = "#e4e7eb"
  case axis = "#9aa3ad"
  case candidate = "#1762b5"
  case random = "#b8560b"
  case baseline = "#56606c"
  case target = "#84539f"
  case green = "#177a52"
  case magenta = "#b03080"
  case olive = "#7a6a10"

  var light: String { rawValue }

  var dark: String {
    switch self {
    case .surface: "#16191d"
    case .ink: "#e8eaed"
    case .faint: "#a3acb6"
    case .grid: "#2b3036"
    case .axis: "#68717b"
    case .candidate: "#6fb1f5"
    case .random: "#f0a05a"
    case .baseline: "#b3bcc6"
    case .target: "#c79be0"
    case .green: "#5cc99a"
    case .magenta: "#ee86c4"
    case .olive: "#d3c05a"
    }
  }

  /// For several studies side by side, told apart also by people who do not see red and green.
  static let studies: [ChartPalette] = [.candidate, .random, .green, .magenta, .olive, .baseline, .target]

  /// The colour of the study with the given index; they repeat after the last.
  static func study(_ index: Int) -> ChartPalette { studies[index % studies.count] }

  static func role(_ role: MemberRole) -> ChartPalette {
    switch role {
    case .candidate: .candidate
    case .baseline: .baseline
    case .randomSearch: .random
    case .both: .green
    }
  }

  /// Custom properties for the page, and the rules that turn charts dark on a screen.
  static var styleSheet: String {
    func properties(_ colour: (ChartPalette) -> String) -> String {
      allCases.map { "--\($0): \(colour($0));" }.joined(separator: " ")
    }
    let replacements = allCases.map { colour in
      """
        .chart [fill="\(colour.light)"] { fill: \(colour.dark); }
        .chart [stroke="\(colour.light)"] { stroke: \(colour.dark); }
      """
    }
    return """
      :root { \(properties(\.light)) }
      @media screen and (prefers-color-scheme: dark) {
        :root { \(properties(\.dark)) }
      \(replacements.joined(separator: "\n"))
      }

      """
  }
}
