package import Foundation
internal import ViTFiles
internal import ViTNumerics

extension Architecture: Codable {
  private static let schema = "nvit.architecture/1"

  private enum CodingKeys: String, SnakeCaseKey {
    case schema, imageSize, channels, patchSize, classCount = "classes", hasDistillationToken = "distillation_token"
    case embedding, attentionScale, blocks
  }

  /// Decodes and validates.
  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let schema = try container.decode(String.self, forKey: .schema)
    guard schema == Architecture.schema else {
      throw ArchitectureError("schema is \"\(schema)\", expected \"\(Architecture.schema)\"")
    }
    self.init(
      imageSize: try container.decode(Int.self, forKey: .imageSize),
      channels: try container.decode(Int.self, forKey: .channels),
      patchSize: try container.decode(Int.self, forKey: .patchSize),
      classCount: try container.decode(Int.self, forKey: .classCount),
      hasDistillationToken: try container.decode(Bool.self, forKey: .hasDistillationToken),
      embedding: try container.decode(Int.self, forKey: .embedding),
      attentionScale: try container.decode(AttentionScale.self, forKey: .attentionScale),
      blocks: try container.decode([Block].self, forKey: .blocks))
    try validate()
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(Architecture.schema, forKey: .schema)
    try container.encode(imageSize, forKey: .imageSize)
    try container.encode(channels, forKey: .channels)
    try container.encode(patchSize, forKey: .patchSize)
    try container.encode(classCount, forKey: .classCount)
    try container.encode(hasDistillationToken, forKey: .hasDistillationToken)
    try container.encode(embedding, forKey: .embedding)
    try container.encode(attentionScale, forKey: .attentionScale)
    try container.encode(blocks, forKey: .blocks)
  }

  /// The canonical form: one line, keys sorted, schema version included.
  package var canonicalJSON: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // Only integers, booleans and one finite factor are encoded, so encoding cannot fail for a valid architecture.
    let data = (try? encoder.encode(self)) ?? Data()
    return String(decoding: data, as: UTF8.self)
  }

  /// SHA-256 of the canonical form, 64 hexadecimal digits.
  package var digest: String { SHA256.hexDigest(canonicalJSON.utf8) }

  /// Reads the JSON form.
  ///
  /// - Throws: `ArchitectureError` that says which key is missing, has the wrong type or is out of range.
  package init(json data: Data) throws(ArchitectureError) {
    do {
      self = try JSONDecoder().decode(Architecture.self, from: data)
    } catch let error as ArchitectureError {
      throw error
    } catch DecodingError.dataCorrupted where (try? JSONSerialization.jsonObject(with: data)) != nil {
      // Foundation calls a number that does not fit its type invalid JSON, without its place.
      throw ArchitectureError("a dimension is a fraction or too large, expected whole numbers")
    } catch let error as DecodingError {
      throw ArchitectureError(error.briefDescription(of: data))
    } catch {
      throw ArchitectureError("not a JSON architecture: \(error)")
    }
  }
}

extension Architecture.AttentionScale: Codable {
  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let factor = try? container.decode(Double.self) {
      self = .fixed(factor)
    } else if try container.decode(String.self) == "inverse_sqrt" {
      self = .inverseSquareRoot
    } else {
      throw ArchitectureError("attention_scale is neither a number nor \"inverse_sqrt\"")
    }
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .inverseSquareRoot: try container.encode("inverse_sqrt")
    case .fixed(let factor): try container.encode(factor)
    }
  }
}
