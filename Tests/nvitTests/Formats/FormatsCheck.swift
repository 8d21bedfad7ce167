import Foundation
import ViTArchitecture
import ViTFiles

/// Compares files with `docs/formats.md`.
struct FormatsCheck {
  /// What is in a file and not in the document, or the other way round, with the first file that shows it.
  private(set) var problems: [String: String] = [:]
  /// The schemas of the files.
  private(set) var schemas: Set<String> = []
  private let document: FormatsDocument
  private let fields: [String: DocumentedField]
  /// The entries of safetensors files' metadata.
  private let entries: [String: DocumentedField]
  private var seenTensors: Set<String> = []

  init(_ document: FormatsDocument) throws {
    self.document = document
    fields = try document.sections.filter { !$1.fields.isEmpty }.mapValues { try DocumentedField.tree($0.fields) }
    entries = try document.sections.filter { !$1.entries.isEmpty }.mapValues { try DocumentedField.tree($0.entries) }
  }

  /// Checks every file of a format in a folder.
  mutating func check(folder: String) throws {
    for name in try FileManager.default.subpathsOfDirectory(atPath: folder).sorted() {
      let path = "\(folder)/\(name)"
      if name.hasSuffix(".safetensors") {
        try checkSafeTensors(path, name)
      } else if name.hasSuffix(".json") {
        let value = try JSONValue(text: FileContents.readText(path))
        // Pages draw charts from files in a format that is not nvit's.
        if !name.hasSuffix(".vl.json") {
          check(value, name, schema: value.schema ?? URL(filePath: path).lastPathComponent)
        }
      }
    }
  }

  private mutating func check(_ value: JSONValue, _ name: String, schema: String) {
    guard !document.former.contains(schema) else { return }
    guard let field = document.anchors[schema].flatMap({ fields[$0] }) else {
      add(["schema \(schema) is not documented"], name)
      return
    }
    schemas.insert(schema)
    add(field.check(value, at: "", fields).map { "\(schema): \($0)" }, name)
  }

  private mutating func add(_ found: [String], _ name: String) {
    for problem in found { problems[problem] = problems[problem] ?? name }
  }

  // MARK: Safetensors

  private mutating func checkSafeTensors(_ path: String, _ name: String) throws {
    let file = try SafeTensorsFile(contentsOf: path)
    let schema = file.metadata["schema"] ?? ""
    guard let anchor = document.anchors[schema], let section = document.sections[anchor], let entries = entries[anchor]
    else {
      add(["schema \(schema) is not documented"], name)
      return
    }
    schemas.insert(schema)
    let metadata = JSONValue.object(file.metadata.mapValues { .string($0) })
    var found = entries.check(metadata, at: "", fields)
    let architecture = try file.metadata["architecture"].map { try Architecture(json: Data($0.utf8)) }
    var seen: Set<String> = []
    for tensor in file.tensors {
      guard let row = section.tensors.first(where: { TensorName($0.name).matches(tensor.name) }) else {
        found.append("tensor \(tensor.name) is not documented")
        continue
      }
      seen.insert(row.name)
      var (named, type) = (tensor.name, row.type)
      if let part = TensorName(row.name).part(of: tensor.name) {
        // "weights.<tensor>" is shaped as the tensor is where it is described.
        let rows = FormatsDocument.target(row.type).flatMap { document.sections[$0]?.tensors } ?? []
        (named, type) = (part, rows.first { TensorName($0.name).matches(part) }?.type ?? "")
      }
      if let problem = TensorShape(type).difference(from: tensor.shape, named, architecture) {
        found.append("tensor \(row.name) \(problem)")
      }
    }
    for row in section.tensors where !row.isOptional && !seen.contains(row.name) {
      found.append("tensor \(row.name) is documented, but not in the file")
    }
    add(found.map { "\(schema): \($0)" }, name)
    seenTensors.formUnion(seen.map { "\(anchor): \($0)" })
  }

  /// What the document describes and no file holds.
  var unseen: [String] {
    let tensors = document.sections.flatMap { anchor, section in section.tensors.map { "\(anchor): \($0.name)" } }
    let rows = (Array(fields) + Array(entries)).flatMap { anchor, field in field.unseen.map { "\(anchor): \($0)" } }
    return (rows + tensors.filter { !seenTensors.contains($0) }).sorted()
  }
}
