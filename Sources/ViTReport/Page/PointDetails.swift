internal import ViTArchitecture
internal import ViTNumerics
internal import ViTSearch

/// What the page shows of one member when it is pointed at or chosen, as JSON for the page's script.
enum PointDetails {
  /// By identifiers, "study:index".
  static func json(_ studies: [ReportContent]) -> JSONValue {
    .object(
      studies.enumerated().flatMap { index, study in
        study.front.entries.enumerated().map {
          (key: "\(index):\($0)", value: json($1, of: study, among: studies.count))
        }
      })
  }

  private static func json(_ point: FrontEntry, of study: ReportContent, among count: Int) -> JSONValue {
    let role = point.role.name(family: study.baselineFamily)
    let place = (count > 1 ? ["\(study.study)"] : []) + [role] + (point.isOnFront ? ["on the front"] : [])
    return [
      "name": .string(point.name), "role": .string(place.joined(separator: ", ")), "kind": .string(point.role.style),
      "facts": .array(facts(point, of: study).map { [.string($0), .string($1)] }),
      "values": .array(
        point.values.sorted { $0.key < $1.key }.map {
          [.string($0.key), .string(ReadableNumber.significant($0.value))]
        }),
      "embedding": .number(Double(point.architecture.embedding)), "blocks": blocks(point.architecture),
      "beside": beside(point, of: study), "config": .string(point.architecture.canonicalJSON + "\n"),
    ]
  }

  private static func facts(_ point: FrontEntry, of study: ReportContent) -> [(String, String)] {
    let seeds = point.validation.map { ", \(ReadableNumber.count($0.trials.count, "seed"))" } ?? ""
    let facts: [(String, String?)] = [
      ("Accuracy", point.accuracy.map { ReportText.accuracy($0) + seeds }),
      ("On test images", point.testAccuracy.map(ReportText.accuracy)),
      ("Above \(study.baselineFamily)", point.fromBaselines.map(ReportText.difference)),
      ("Measured", point.measured.map(ReportText.latency)),
      ("Misses", point.misses?.map { "\($0.target) with \($0.measured)" }.joined(separator: ", ")),
      ("Predicted", ReportText.latency(point.predicted)),
      ("Parameters", ReadableNumber.count(Double(point.parameters))),
      ("MACs", ReadableNumber.count(Double(point.multiplyAccumulates))),
      ("Shape", "E = \(point.architecture.embedding), \(ReadableNumber.count(point.architecture.depth, "block"))"),
    ]
    return facts.compactMap { name, text in text.map { (name, $0) } }
  }

  /// Heads, query/key width, value width and MLP width of each block.
  private static func blocks(_ architecture: Architecture) -> JSONValue {
    .array(
      architecture.blocks.map { block in
        .array([block.heads, block.queryKey, block.value, block.mlpHidden].map { .number(Double($0)) })
      })
  }

  /// The baseline with the nearest latency, to draw behind a candidate.
  private static func beside(_ point: FrontEntry, of study: ReportContent) -> JSONValue {
    guard point.role != .baseline, let latency = point.latency?.value else { return .null }
    // By ratio, in whichever direction.
    func distance(_ other: Double) -> Double { max(other / latency, latency / other) }
    let baselines = study.front.entries.filter { $0.role == .baseline }.compactMap { baseline in
      baseline.latency.map { (baseline, distance($0.value)) }
    }
    guard let nearest = baselines.min(by: { $0.1 < $1.1 })?.0 else { return .null }
    return ["name": .string(nearest.name), "blocks": blocks(nearest.architecture)]
  }
}
