internal import Foundation
internal import ViTArchitecture
internal import ViTFiles

extension LatencyModel: Codable {
  package static let schema = "nvit.latency-model/2"
  /// Earlier ones that are still read: the first had neither ratios nor measurements that are no members.
  package static let schemas = [schema, "nvit.latency-model/1"]

  private enum CodingKeys: String, SnakeCaseKey {
    case schema, conditions, shape, ranges, terms, measurements, leaveOneOut, checks, settled
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let schema = try container.decode(String.self, forKey: .schema)
    guard Self.schemas.contains(schema) else {
      throw LatencyError(.malformed, "schema is \"\(schema)\", expected \"\(Self.schema)\"")
    }
    self.init(
      conditions: try container.decode(LatencyConditions.self, forKey: .conditions),
      shape: try container.decode(LatencyShape.self, forKey: .shape),
      ranges: try container.decode(DimensionRanges.self, forKey: .ranges),
      terms: try container.decode([Term].self, forKey: .terms),
      leaveOneOut: try container.decode(PredictionErrors.self, forKey: .leaveOneOut),
      measurements: try container.decode([Measurement].self, forKey: .measurements))
    guard let first = measurements.first else {
      throw LatencyError(.malformed, "measurements is empty, expected at least one network")
    }
    for measurement in measurements {
      let seconds = measurement.record.seconds
      guard seconds > 0, seconds.isFinite, LatencyShape(measurement.architecture) == LatencyShape(first.architecture)
      else {
        throw LatencyError(
          .malformed, "a measurement of \(seconds) seconds or of another shape, expected times above 0 of one shape")
      }
    }
    for term in terms where !(term.seconds >= 0 && term.seconds.isFinite) {
      throw LatencyError(
        .malformed, "the coefficient of \(term.feature.rawValue) is \(term.seconds), expected 0 or more")
    }
    checks = try container.decodeIfPresent([Measurement].self, forKey: .checks) ?? []
    settled = try container.decodeIfPresent([String].self, forKey: .settled) ?? []
    for check in checks {
      try shape.require(check.architecture)
      guard check.record.seconds > 0, check.record.seconds.isFinite else {
        throw LatencyError(.malformed, "a check of \(check.record.seconds) seconds, expected times above 0")
      }
    }
    do { try correct() } catch { throw LatencyError(.malformed, "the checks do not fit the model: \(error)") }
    guard leaveOneOut.quantile95 >= 0, leaveOneOut.quantile95.isFinite else {
      throw LatencyError(.malformed, "leave_one_out.quantile_95 is not a finite number of 0 or more")
    }
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(Self.schema, forKey: .schema)
    try container.encode(conditions, forKey: .conditions)
    try container.encode(shape, forKey: .shape)
    try container.encode(ranges, forKey: .ranges)
    try container.encode(terms, forKey: .terms)
    try container.encode(leaveOneOut, forKey: .leaveOneOut)
    try container.encode(measurements, forKey: .measurements)
    if !settled.isEmpty { try container.encode(settled, forKey: .settled) }
    if !checks.isEmpty { try container.encode(checks, forKey: .checks) }
  }
}

extension LatencyModel.Measurement: Codable {
  private enum CodingKeys: String, SnakeCaseKey { case architecture, record, isAuxiliary = "auxiliary" }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      architecture: try container.decode(Architecture.self, forKey: .architecture),
      record: try container.decode(LatencyRecord.self, forKey: .record),
      isAuxiliary: try container.decodeIfPresent(Bool.self, forKey: .isAuxiliary) ?? false)
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(architecture, forKey: .architecture)
    try container.encode(record, forKey: .record)
    if isAuxiliary { try container.encode(true, forKey: .isAuxiliary) }
  }
}

/// Reads and writes the JSON files of this module.
enum LatencyJSON {
  static func encode(_ value: some Encodable) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(value)
  }

  /// - Throws: `LatencyError` that says which key is missing, has the wrong type or is out of range.
  static func decode<Value: Decodable>(_ type: Value.Type, from data: Data) throws(LatencyError) -> Value {
    do {
      return try JSONDecoder().decode(type, from: data)
    } catch let error as LatencyError {
      throw error
    } catch let error as ArchitectureError {
      throw LatencyError(.malformed, error.description)
    } catch let error as DecodingError {
      throw LatencyError(.malformed, error.briefDescription(of: data))
    } catch {
      throw LatencyError(.malformed, "not JSON: \(error)")
    }
  }
}
