internal import ViTNumerics
internal import Yams

extension DocumentReader {
  /// The section `constraints`: for each quantity a mapping with min, max or both.
  func constraints(of root: MappingReader, rule: ScalingRule?) -> [Constraint] {
    guard let section = root.mapping("constraints") else { return [] }
    var constraints: [Constraint] = []
    for quantity in Constraint.Quantity.allCases {
      guard let map = section.mapping(quantity.rawValue) else { continue }
      let expected = quantity == .latency ? "a duration above 0 such as 12ms" : "a number above 0 such as 5M"
      func bound(_ key: String) -> Double? {
        map.scalar(key, expected) { scalar in
          let value = quantity == .latency ? NumberText.seconds(scalar) : NumberText.count(scalar)
          return value.flatMap { $0 > 0 ? $0 : nil }
        }
      }
      let (least, greatest) = (bound("min"), bound("max"))
      map.close()
      if map.keys.isEmpty { report("nothing in \(map.path)", "expected min, max or both", at: map.node) }
      let (lower, upper) = (least ?? 0, greatest ?? .infinity)
      guard lower <= upper else {
        report(
          "min above max in \(map.path), which no candidate meets", "expected min not to be above max", at: map.node)
        continue
      }
      if let reach = rule?.reach(of: quantity), upper < Double(reach.lowerBound) || lower > Double(reach.upperBound) {
        report(
          "a constraint on \(quantity.rawValue) that no candidate meets",
          "the document's \(quantity.rawValue) is \(reach.lowerBound) to \(reach.upperBound)", at: map.node)
      }
      constraints.append(Constraint(quantity: quantity, range: lower...upper))
    }
    section.close()
    return constraints
  }

  /// The section `targets`.
  func targets(of root: MappingReader, baselines: [String]?) -> [LatencyTarget] {
    let expected = "targets such as 12ms, 0.5x, or 0.5x NAME with the name of a baseline"
    guard let node = root.value("targets") else { return [] }
    guard let items = node.sequence else {
      report("\(node.found) for targets", "expected a list of \(expected)", at: node)
      return []
    }
    var targets: [LatencyTarget] = []
    for item in items {
      guard let text = item.scalar?.string, let target = LatencyTarget(text) else {
        report("\(item.found) in targets", "expected \(expected)", at: item)
        continue
      }
      if targets.contains(target) { report("\(item.found) twice in targets", "expected each target once", at: item) }
      targets.append(target)
      guard case .relative(_, let name) = target, let baselines else { continue }
      if let name, !baselines.contains(name) {
        report(
          "unknown baseline \"\(name.briefly)\" in targets",
          DocumentReader.suggestion(for: name, among: baselines), at: item)
      } else if baselines.isEmpty {
        report("\(item.found) in targets", "expected at least one of baselines, which it is relative to", at: item)
      }
    }
    return targets
  }

  func dataset(of root: MappingReader) -> DatasetSpecification? {
    guard let section = root.mapping("dataset") else { return nil }
    defer { section.close() }
    let format: DatasetSpecification.Format? = section.choice("format", required: true)
    let path = section.text("path", required: true)
    let validationCount = section.int("validation-count", in: 1...100_000_000, required: true)
    let trainingLimit = section.int("training-limit", in: 1...100_000_000)
    let testLimit = section.int("test-limit", in: 1...100_000_000)
    let splitSeed = section.seed("split-seed") ?? 0
    guard let format, let path, let validationCount else { return nil }
    return DatasetSpecification(
      format: format, path: path, validationCount: validationCount, trainingLimit: trainingLimit,
      testLimit: testLimit, splitSeed: splitSeed)
  }

  func latency(of root: MappingReader) -> LatencySettings {
    var settings = LatencySettings()
    guard let section = root.mapping("latency") else { return settings }
    defer { section.close() }
    enum Source: String, CaseIterable { case measured, file }
    let source: Source? = section.choice("source")
    let file = section.text("file")
    switch (source, file) {
    case (.measured, .some), (nil, .some):
      if !section.keys.contains("source") || source == .measured, let node = section.value("file") {
        report("latency.file without \"source: file\"", "expected both or neither", at: node)
      }
    case (.file, nil):
      if !section.keys.contains("file") {
        report(
          "key \"file\" is missing in latency", "expected the path of a table or model, as source is file",
          at: section.node)
      }
    case (.file, .some(let path)): settings.source = .file(path)
    case (.measured, nil), (nil, nil): break
    }
    settings.batchSize = section.int("batch-size", in: 1...65_536) ?? settings.batchSize
    settings.threads = section.int("threads", in: 1...1024)
    settings.budgetSeconds = section.number("budget-seconds", in: .above(0, through: 1e6)) ?? settings.budgetSeconds
    return settings
  }
}

extension ScalingRule {
  /// The values that a constrained quantity can take, where the document says so itself.
  fileprivate func reach(of quantity: Constraint.Quantity) -> ClosedRange<Int>? {
    switch quantity {
    case .embedding: embeddingRange
    case .depth: depthRange
    case .parameters, .multiplyAccumulates, .latency: nil
    }
  }
}
