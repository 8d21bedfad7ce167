import Foundation

/// One place in a JSON file as the document describes it, with what lies below.
final class DocumentedField {
  /// As the document writes it.
  let path: String
  private let types: [String]
  private let isOptional: Bool
  private var members: [String: DocumentedField] = [:]
  /// Stands for members of any other name.
  private var anyMember: DocumentedField?
  private var element: DocumentedField?
  private var wasSeen = false

  private init(path: String, types: [String], isOptional: Bool = false) {
    self.path = path
    self.types = types
    self.isOptional = isOptional
  }

  struct Misplaced: Error { let path: String }

  /// The tree of a table.
  ///
  /// - Throws: `Misplaced` for a path that begins with none described before it, or is described twice.
  static func tree(_ rows: [FormatsDocument.Row]) throws -> DocumentedField {
    let isList = rows.first?.name.hasPrefix("[]") ?? false
    let root = DocumentedField(path: "", types: [isList ? "list" : "object"])
    for row in rows { try root.insert(row) }
    return root
  }

  private func insert(_ row: FormatsDocument.Row) throws {
    // "a.b[]" leads through the members a and b to an element.
    let steps = row.name.split(separator: ".").flatMap { part -> [String] in
      let name = part.prefix { $0 != "[" }
      return (name.isEmpty ? [] : [String(name)]) + Array(repeating: "[]", count: (part.count - name.count) / 2)
    }
    // Lists have no rows of their own; those of their elements describe them.
    let last = steps.lastIndex { $0 != "[]" } ?? 0
    var field = self
    for (index, step) in steps.enumerated() {
      if let next = field.child(step) {
        field = next
        continue
      }
      guard index >= last else { throw Misplaced(path: row.name) }
      let isEnd = index == steps.count - 1
      let next = DocumentedField(
        path: isEnd ? row.name : steps[...index].joined(separator: "."),
        types: isEnd ? row.type.components(separatedBy: " or ") : ["list"],
        isOptional: row.isOptional && index == last)
      field.add(next, at: step)
      field = next
    }
    guard field.path == row.name else { throw Misplaced(path: row.name) }
  }

  private func child(_ step: String) -> DocumentedField? {
    switch step {
    case "[]": element
    case "*": anyMember
    default: members[step]
    }
  }

  private func add(_ field: DocumentedField, at step: String) {
    switch step {
    case "[]": element = field
    case "*": anyMember = field
    default: members[step] = field
    }
  }

  // MARK: Checking

  /// Says in what a value is not what the document describes.
  ///
  /// - Parameters:
  ///   - place: The value's, for the messages.
  ///   - structures: What links in the column "Type" lead to.
  func check(_ value: JSONValue, at place: String, _ structures: [String: DocumentedField]) -> [String] {
    wasSeen = true
    for type in types {
      if let anchor = FormatsDocument.target(type) {
        if case .null = value, types.contains("null") { return [] }
        return structures[anchor]?.check(value, at: place, structures) ?? ["\(place): nothing is at #\(anchor)"]
      }
      if type.hasPrefix("text of ") {
        return checkText(value, String(type.dropFirst("text of ".count)), at: place, structures)
      }
    }
    let name = value.typeName
    guard types.contains(name) || name == "integer" && types.contains("number") else {
      return ["\(place) is of type \(name), documented as \(types.joined(separator: " or "))"]
    }
    switch value {
    case .list(let elements):
      return elements.flatMap { element?.check($0, at: place + "[]", structures) ?? ["\(place)[] is not documented"] }
    case .object(let values):
      return checkMembers(values, at: place.isEmpty || place.hasSuffix(": ") ? place : place + ".", structures)
    default: return []
    }
  }

  private func checkMembers(
    _ values: [String: JSONValue], at place: String, _ structures: [String: DocumentedField]
  ) -> [String] {
    var problems: [String] = []
    for (name, value) in values {
      let field = members[name] ?? anyMember
      problems += field?.check(value, at: place + name, structures) ?? ["\(place)\(name) is not documented"]
    }
    for (name, field) in members where !field.isOptional && values[name] == nil {
      problems.append("\(place)\(name) is documented, but not in the file")
    }
    return problems
  }

  /// A string that holds JSON.
  private func checkText(
    _ value: JSONValue, _ type: String, at place: String, _ structures: [String: DocumentedField]
  ) -> [String] {
    guard case .string(let text) = value, let content = try? JSONValue(text: text) else {
      return ["\(place) is no text of JSON"]
    }
    return DocumentedField(path: path, types: [type]).check(content, at: place, structures)
  }

  /// The rows that no value was checked against.
  var unseen: [String] {
    if !wasSeen { return [path] }
    return (Array(members.values) + [anyMember, element].compactMap(\.self)).flatMap(\.unseen)
  }
}
