/// What an interval covers that is put together from several errors.
package struct ErrorSources: OptionSet, Hashable, Sendable {
  package let rawValue: Int

  package init(rawValue: Int) { self.rawValue = rawValue }

  /// The spread between training seeds.
  package static let seeds = ErrorSources(rawValue: 1)
  /// Of measured or predicted latencies, at which accuracies are compared.
  package static let latency = ErrorSources(rawValue: 2)
  /// That other images of the same kind would have been answered otherwise.
  package static let images = ErrorSources(rawValue: 4)
  /// Of the slope along which members of different latency are brought to the same one.
  package static let slope = ErrorSources(rawValue: 8)

  private static let named: [(name: String, source: ErrorSources)] = [
    ("seeds", .seeds), ("latency", .latency), ("images", .images), ("slope", .slope),
  ]

  /// As documents hold them.
  package var names: [String] { ErrorSources.named.filter { contains($0.source) }.map(\.name) }

  /// Names that are not known are left out.
  package init(names: [String]) {
    self = ErrorSources.named.filter { names.contains($0.name) }.reduce(into: []) { $0.insert($1.source) }
  }
}
