/// A piece of an HTML page.
///
/// Text that is interpolated into it is escaped; only other pieces are taken as they are.
struct HTML: ExpressibleByStringInterpolation, Sendable {
  let text: String

  /// - Parameter verified: Markup.
  init(verified: String) { text = verified }

  init(stringLiteral literal: String) { text = literal }

  init(stringInterpolation: Interpolation) { text = stringInterpolation.text }

  /// Several pieces, one a line.
  static func lines(_ pieces: [HTML]) -> HTML { HTML(verified: pieces.map(\.text).joined(separator: "\n")) }

  static let empty = HTML(verified: "")

  struct Interpolation: StringInterpolationProtocol {
    var text = ""

    init(literalCapacity: Int, interpolationCount: Int) { text.reserveCapacity(literalCapacity) }

    mutating func appendLiteral(_ literal: String) { text += literal }
    mutating func appendInterpolation(_ plain: String) { text += SVG.escape(plain) }
    mutating func appendInterpolation(_ number: Int) { text += "\(number)" }
    mutating func appendInterpolation(_ number: Double) { text += number.isFinite ? "\(number)" : "" }
    mutating func appendInterpolation(_ piece: HTML) { text += piece.text }
  }
}
