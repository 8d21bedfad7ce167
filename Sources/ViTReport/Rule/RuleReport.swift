internal import Foundation
package import ViTArchitecture
package import ViTNumerics
internal import ViTLatency

/// A member of a family, as JSON.
package struct RuleReport: Encodable {
  private struct Number: Encodable {
    var path: String
    var domain: String
    /// In the unit that the document writes, such as multiples of E.
    var value: Double
    var written: String
  }

  private let schema = "nvit.rule/1"
  private let name: String
  private let openNumbers: [Number]
  /// Distinct points of the space; absent when they are not finite.
  private let members: Int?
  private let architecture: Architecture
  private let digest: String
  private let parameters: Int
  private let multiplyAccumulates: Int
  private let latency: PredictedSeconds?
  private let method: String?

  package init(
    space: SearchSpace, point: [Double], architecture: Architecture, latency: Estimate?,
    method: RuleSolver.Method? = nil
  ) {
    name = space.name
    openNumbers = zip(space.rule.openNumbers, point).map { number, coordinate in
      let value = number.value(at: coordinate)
      return Number(path: number.path, domain: number.domainText, value: value, written: number.text(value))
    }
    members = space.rule.cardinality
    self.architecture = architecture
    digest = architecture.digest
    parameters = architecture.parameterCount
    multiplyAccumulates = architecture.multiplyAccumulates
    self.latency = latency.map { PredictedSeconds(wrappedValue: $0) }
    self.method =
      switch method {
      case .enumerated: "enumerated"
      case .sampled: "sampled"
      case nil: nil
      }
  }

  package var jsonText: String { get throws { try RuleReport.encode(self) } }

  /// Indented JSON with sorted snake_case keys.
  package static func encode(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.keyEncodingStrategy = .convertToSnakeCase
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }
}
