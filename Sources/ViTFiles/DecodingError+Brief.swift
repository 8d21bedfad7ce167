package import Foundation

extension DecodingError {
  /// One sentence with the path of the offending key, in words of JSON rather than of Swift.
  ///
  /// - Parameter data: What was decoded.
  package func briefDescription(of data: Data) -> String {
    switch self {
    case .keyNotFound(let key, let context): "key \"\(key.stringValue)\" is missing \(place(context))"
    case .typeMismatch(let type, let context): "wrong type \(place(context)), expected \(words(for: type))"
    case .valueNotFound(let type, let context): "null \(place(context)), expected \(words(for: type))"
    case .dataCorrupted(let context): corruption(context, data)
    @unknown default: "not what it should be"
    }
  }

  private func place(_ context: Context) -> String {
    let path = context.codingPath.reduce(into: "") { path, key in
      path += key.intValue.map { "[\($0)]" } ?? (path.isEmpty ? "" : ".") + key.stringValue
    }
    return path.isEmpty ? "at the top level" : "at \(path)"
  }

  private func words(for type: any Any.Type) -> String {
    switch type {
    case is any FixedWidthInteger.Type: "a whole number"
    case is any BinaryFloatingPoint.Type: "a number"
    case is String.Type: "text"
    case is Bool.Type: "true or false"
    case is [Any].Type: "a list"
    case is [String: Any].Type: "an object"
    default: "another value"
    }
  }

  private func corruption(_ context: Context, _ data: Data) -> String {
    // An enumeration that has no such case.
    if let value = context.debugDescription.firstMatch(of: /^Cannot initialize .* from invalid .* value (.*)$/)?.1 {
      return "unknown value \"\(value.prefix(80))\" \(place(context))"
    }
    let ends = context.debugDescription.firstMatch(
      of: /^Cannot initialize .* with a lowerBound \((.*)\) greater than upperBound \((.*)\)$/)
    if let ends { return "a range from \(ends.1) to \(ends.2) \(place(context)), expected its lower end first" }
    guard context.codingPath.isEmpty else { return "\(context.debugDescription) (\(place(context)))" }
    do {
      _ = try JSONSerialization.jsonObject(with: data, options: .fragmentsAllowed)
      // Foundation calls a number that does not fit its type invalid JSON, without its place.
      return "a number is a fraction where a whole one belongs, or out of range"
    } catch {
      let reason = (error as NSError).userInfo[NSDebugDescriptionErrorKey] as? String ?? ""
      if let number = reason.firstMatch(of: /^Number (.*) is not representable in Swift/)?.1 {
        return "the number \(number.prefix(80)) is out of range"
      }
      return "not valid JSON" + (reason.isEmpty ? "" : ": \(reason)")
    }
  }
}
