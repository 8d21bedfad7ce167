internal import ViTNumerics

/// A number of a rule that the search may choose.
package struct OpenNumber: Hashable, Sendable {
  /// Its place in the document, such as "rule.mlp-hidden.base", or "numbers.boost" for a named one.
  package var path: String
  package var domain: Domain
  package var unit: RuleUnit

  /// The value at a coordinate of the unit cube; coordinates outside [0, 1) are moved to its nearer end.
  package func value(at coordinate: Double) -> Double { domain.value(at: coordinate) }

  /// A value of this number as the document writes it, such as "3E" or "25%".
  package func text(_ value: Double) -> String { unit.text(value) }

  /// Reads a value of this number, with its unit; nil when `text` is none. The domain need not hold it.
  package func value(from text: String) -> Double? {
    NumberText.ruleNumber(text).flatMap { $0.unit == unit ? $0.value : nil }
  }

  /// The domain as a reader of the document would say it, such as "48 to 96 by 8".
  package var domainText: String {
    switch domain {
    case .choices(let values): values.map(text).joined(separator: ", ")
    case .stepped(let from, let step, let count, let logarithmic):
      "\(text(from)) to \(text(from + Double(count - 1) * step)) by \(text(step))" + (logarithmic ? ", log" : "")
    case .continuous(let from, let through, let logarithmic):
      "\(text(from)) to \(text(through))" + (logarithmic ? ", log" : "")
    }
  }
}

/// The values that an open number may take, and how the unit interval is spread over them.
package enum Domain: Hashable, Sendable {
  /// Any of these, equally likely.
  case choices([Double])
  /// `from`, `from + step`, …, `count` values: equally likely, or with `logarithmic` as dense in log scale as the
  /// interval from each value to the next.
  case stepped(from: Double, step: Double, count: Int, logarithmic: Bool)
  /// Any number between the two, uniform or uniform in log scale.
  case continuous(from: Double, through: Double, logarithmic: Bool)

  /// How many distinct values there are; nil for a continuous domain.
  package var count: Int? {
    switch self {
    case .choices(let values): values.count
    case .stepped(_, _, let count, _): count
    case .continuous(let from, let through, _): from == through ? 1 : nil
    }
  }

  package var minimum: Double {
    switch self {
    case .choices(let values): values.min() ?? 0
    case .stepped(let from, _, _, _), .continuous(let from, _, _): from
    }
  }

  package var maximum: Double {
    switch self {
    case .choices(let values): values.max() ?? 0
    case .stepped(let from, let step, let count, _): from + Double(count - 1) * step
    case .continuous(_, let through, _): through
    }
  }

  /// Whether every value is a whole number.
  package var isWhole: Bool {
    switch self {
    case .choices(let values): values.allSatisfy { $0 == $0.rounded() }
    case .stepped(let from, let step, _, _): from == from.rounded() && step == step.rounded()
    case .continuous(let from, let through, _): from == through && from == from.rounded()
    }
  }

  /// The value at a coordinate in [0, 1).
  package func value(at coordinate: Double) -> Double {
    let u = coordinate > 0 ? min(coordinate, 1 - 0x1p-53) : 0
    switch self {
    case .choices, .stepped: return value(atIndex: index(at: u))
    case .continuous(let from, let through, false): return from + u * (through - from)
    case .continuous(let from, let through, true):
      return min(max(from * Exponential.power(through / from, u), from), through)
    }
  }

  /// The value with the given index; `index` lies in 0 ..< `count`.
  package func value(atIndex index: Int) -> Double {
    switch self {
    case .choices(let values): values[index]
    case .stepped(let from, let step, _, _): from + Double(index) * step
    case .continuous(let from, _, _): from
    }
  }

  /// The coordinate in the middle of those that have the same value; a coordinate of a continuous domain stays where
  /// it is, moved into [0, 1).
  package func snapped(_ coordinate: Double) -> Double {
    let u = coordinate > 0 ? min(coordinate, 1 - 0x1p-53) : 0
    return count == nil ? u : self.coordinate(ofIndex: index(at: u))
  }

  /// The index of the value at a coordinate in [0, 1); 0 for a continuous domain.
  package func index(at u: Double) -> Int {
    switch self {
    case .choices(let values): return Int(u * Double(values.count))
    case .stepped(_, _, let count, false): return Int(u * Double(count))
    case .stepped(let from, let step, let count, true):
      let end = from + Double(count) * step
      let value = from * Exponential.power(end / from, u)
      return min(max(Int((value - from) / step), 0), count - 1)
    case .continuous: return 0
    }
  }

  /// A coordinate whose value is `value`, in the middle of those that have it; nil when the domain does not hold it.
  ///
  /// Written values such as 0.3 need not be a sum of steps bit by bit, so a billionth of a step is forgiven.
  package func coordinate(of value: Double) -> Double? {
    guard let count else {
      guard case .continuous(let from, let through, let logarithmic) = self, from <= value, value <= through else {
        return nil
      }
      let share =
        logarithmic
        ? Logarithm.natural(value / from) / Logarithm.natural(through / from) : (value - from) / (through - from)
      return min(share, 1 - 0x1p-53)
    }
    switch self {
    case .choices(let values):
      return values.firstIndex(of: value).map { coordinate(ofIndex: $0) }
    case .stepped(let from, let step, _, _):
      let position = ((value - from) / step).rounded()
      guard abs(from + position * step - value) <= 1e-9 * step, position >= 0, position < Double(count) else {
        return nil
      }
      return coordinate(ofIndex: Int(position))
    case .continuous(let from, _, _):
      return value == from ? 0.5 : nil
    }
  }

  /// The coordinate in the middle of those that give the value with this index.
  package func coordinate(ofIndex index: Int) -> Double {
    guard let count, case .stepped(let from, let step, _, true) = self else {
      return (Double(index) + 0.5) / Double(count ?? 1)
    }
    let middle = from + (Double(index) + 0.5) * step
    return Logarithm.natural(middle / from) / Logarithm.natural((from + Double(count) * step) / from)
  }
}
