internal import ArgumentParser
internal import ViTPruning

/// A number for one kind of unit, such as `mlp-hidden=16`.
struct KindOption: ExpressibleByArgument {
  let kind: UnitKind
  let number: Double

  init?(argument: String) {
    let parts = argument.split(separator: "=", omittingEmptySubsequences: false)
    guard parts.count == 2, let kind = UnitKind(rawValue: String(parts[0])), let number = Double(parts[1]),
      number.isFinite
    else { return nil }
    self.kind = kind
    self.number = number
  }

  static var allValueStrings: [String] { UnitKind.allCases.map { "\($0.rawValue)=N" } }

  /// By kind.
  ///
  /// - Parameter flag: The option's name, for messages.
  /// - Throws: `ValidationError` for a kind that is named twice or a number that is not above 0.
  static func table(_ options: [KindOption], _ flag: String) throws -> [UnitKind: Double] {
    var table: [UnitKind: Double] = [:]
    for option in options {
      guard option.number > 0 else {
        throw ValidationError("\(flag) \(option.kind.rawValue) is \(option.number), expected a number above 0.")
      }
      guard table.updateValue(option.number, forKey: option.kind) == nil else {
        throw ValidationError("\(flag) names \(option.kind.rawValue) twice, expected it once.")
      }
    }
    return table
  }

  /// The same for numbers of units.
  static func counts(_ options: [KindOption], _ flag: String) throws -> [UnitKind: Int] {
    try table(options, flag).mapValues { number in
      guard (1...1_048_576).contains(number), number == number.rounded() else {
        throw ValidationError("\(flag) holds \(number), expected whole numbers from 1 to 1048576.")
      }
      return Int(number)
    }
  }
}
