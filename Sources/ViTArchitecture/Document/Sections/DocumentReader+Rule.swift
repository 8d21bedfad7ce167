internal import ViTNumerics
internal import Yams

extension DocumentReader {
  /// The section `numbers`: names for numbers that several places of the rule share.
  func numbers(of root: MappingReader) {
    guard let section = root.mapping("numbers") else { return }
    for key in section.keys {
      guard let node = section.value(key) else { continue }
      let isName = key.wholeMatch(of: /[a-z][a-z0-9-]*/) != nil && !["first", "last"].contains(key)
      guard isName else {
        report(
          "\"\(key.briefly)\" as the name of a number", "expected small letters, digits and -, such as boost", at: node)
        continue
      }
      if let number = number(node, path: section.place(key), nil) {
        namedNumbers[key] = NamedNumber(number: number, node: node)
      }
    }
    section.close()
  }

  /// Reports named numbers that nothing uses: an open one would be an axis without effect.
  func reportUnusedNumbers() {
    for (name, named) in namedNumbers where !named.isUsed {
      report("\"\(name)\" in numbers, which nothing uses", "expected a use in architecture or rule", at: named.node)
    }
  }

  /// The sections `architecture` and `rule`.
  func rule(of root: MappingReader) -> (frame: Architecture, rule: ScalingRule)? {
    var frame: Architecture?
    var embedding: RuleNumber?
    var depth: RuleNumber?
    if let section = root.mapping("architecture", required: true) {
      frame = self.frame(section)
      depth = self.number("depth", of: section, .depth)
      embedding = self.number("embedding", of: section, .embedding)
      section.close()
    }
    let bounds = DepthBounds(range: depth.map(wholeRange))
    guard let section = root.mapping("rule", required: true) else { return nil }
    let heads = dimension("heads", of: section, limit: 1024, depth: bounds)
    let queryKey = dimension("query-key", of: section, limit: 8192, depth: bounds)
    let value = dimension("value", of: section, limit: 8192, depth: bounds)
    let mlpHidden = dimension("mlp-hidden", of: section, limit: 1_048_576, depth: bounds)
    section.close()
    guard let frame, let embedding, let depth, let heads, let queryKey, let value, let mlpHidden else { return nil }
    let rule = ScalingRule(
      openNumbers: openNumbers, frame: frame, embedding: embedding, depth: depth, heads: heads, queryKey: queryKey,
      value: value, mlpHidden: mlpHidden)
    return (frame, rule)
  }

  private func number(_ key: String, of section: MappingReader, _ kind: NumberKind) -> RuleNumber? {
    section.value(key, required: kind.expected).flatMap { number($0, path: section.place(key), kind) }
  }

  private func wholeRange(_ number: RuleNumber) -> ClosedRange<Int> {
    switch number.source {
    case .fixed(let value): Int(value)...Int(value)
    case .open(let index): Int(openNumbers[index].domain.minimum)...Int(openNumbers[index].domain.maximum)
    }
  }

  /// What all members share.
  private func frame(_ section: MappingReader) -> Architecture? {
    let imageSize = section.int("image-size", in: 1...4096, required: true)
    let channels = section.int("channels", in: 1...64, required: true)
    let patchSize = section.int("patch-size", in: 1...4096, required: true)
    let classCount = section.int("classes", in: 1...1_000_000, required: true)
    let hasDistillationToken = section.bool("distillation-token") ?? false
    let attentionScale = self.attentionScale(of: section)
    guard let imageSize, let channels, let patchSize, let classCount else { return nil }
    let patches = (imageSize / patchSize) * (imageSize / patchSize)
    if imageSize % patchSize != 0, let node = section.value("patch-size") {
      report("\(patchSize) for architecture.patch-size", "expected a divisor of the image size \(imageSize)", at: node)
      return nil
    }
    guard patches <= 65_536 else {
      report("\(patches) patches in architecture", "expected at most 65536", at: section.node)
      return nil
    }
    return Architecture(
      imageSize: imageSize, channels: channels, patchSize: patchSize, classCount: classCount,
      hasDistillationToken: hasDistillationToken, embedding: 1, attentionScale: attentionScale, blocks: [])
  }

  /// `inverse-sqrt`, also when absent, or a number.
  func attentionScale(of section: MappingReader) -> Architecture.AttentionScale {
    let interval = Interval.above(0, through: 1000)
    let scale = section.scalar("attention-scale", "inverse-sqrt or a number \(interval)") { scalar in
      scalar == "inverse-sqrt"
        ? Architecture.AttentionScale.inverseSquareRoot
        : NumberText.number(scalar).flatMap { interval.contains($0) ? .fixed($0) : nil }
    }
    return scale ?? .inverseSquareRoot
  }
}
