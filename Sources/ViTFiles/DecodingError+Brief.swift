internal import Foundation

extension DecodingError {
  /// One sentence with the path of the offending key.
  package var briefDescription: String {
    func place(_ context: Context) -> String {
      let path = context.codingPath.map { key in key.intValue.map { "[\($0)]" } ?? key.stringValue }
      return path.isEmpty ? "at the top level" : "at \(path.joined(separator: "."))"
    }
    switch self {
    case .keyNotFound(let key, let context): return "key \"\(key.stringValue)\" is missing \(place(context))"
    case .typeMismatch(let type, let context): return "wrong type \(place(context)), expected \(type)"
    case .valueNotFound(let type, let context): return "null \(place(context)), expected \(type)"
    case .dataCorrupted(let context) where context.debugDescription.hasPrefix("The given data was not valid JSON"):
      // Foundation's sentence says no more; its cause, where it tells one, has the place.
      let cause = context.underlyingError.map { "\(($0 as NSError).userInfo["NSDebugDescription"] ?? "")" } ?? ""
      return cause.isEmpty ? "no JSON" : "no JSON: \(cause)"
    case .dataCorrupted(let context): return "\(context.debugDescription) (\(place(context)))"
    @unknown default: return String(describing: self)
    }
  }
}
