/// A coding key that stands in files as people write JSON: `latencySource` is `latency_source`.
///
/// An enum of Swift names is all that a type needs; a raw value is given only where the file says it otherwise, such as
/// `case quantile95 = "quantile_95"`. Unlike an encoder's strategy, it holds with whatever encoder, leaves the keys of
/// dictionaries alone, and errors name the key as the file has it.
package protocol SnakeCaseKey: CodingKey, RawRepresentable where RawValue == String {}

extension SnakeCaseKey {
  package var stringValue: String {
    rawValue.reduce(into: "") { text, character in
      if character.isUppercase { text += "_" + character.lowercased() } else { text.append(character) }
    }
  }

  package init?(stringValue: String) {
    let words = stringValue.split(separator: "_", omittingEmptySubsequences: false)
    let name = words.dropFirst().reduce(into: String(words.first ?? "")) { name, word in
      name += word.prefix(1).uppercased() + word.dropFirst()
    }
    guard let key = Self(rawValue: stringValue) ?? Self(rawValue: name), key.stringValue == stringValue else {
      return nil
    }
    self = key
  }

  package var intValue: Int? { nil }
  package init?(intValue: Int) { nil }
}
