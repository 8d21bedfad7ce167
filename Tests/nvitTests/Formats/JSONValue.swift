import Foundation

/// Any JSON, with whole numbers told from others and both from booleans.
enum JSONValue: Decodable {
  case null
  case boolean(Bool)
  case integer
  case number
  case string(String)
  case list([JSONValue])
  case object([String: JSONValue])

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(Bool.self) {
      self = .boolean(value)
    } else if (try? container.decode(Int64.self)) != nil || (try? container.decode(UInt64.self)) != nil {
      self = .integer
    } else if (try? container.decode(Double.self)) != nil {
      self = .number
    } else if let value = try? container.decode(String.self) {
      self = .string(value)
    } else if let values = try? container.decode([JSONValue].self) {
      self = .list(values)
    } else {
      self = .object(try container.decode([String: JSONValue].self))
    }
  }

  /// As the document's column "Type" says it.
  var typeName: String {
    switch self {
    case .null: "null"
    case .boolean: "boolean"
    case .integer: "integer"
    case .number: "number"
    case .string: "string"
    case .list: "list"
    case .object: "object"
    }
  }

  /// The schema that an object names.
  var schema: String? {
    guard case .object(let members) = self, case .string(let schema)? = members["schema"] else { return nil }
    return schema
  }
}

extension JSONValue {
  init(text: String) throws { self = try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8)) }
}
