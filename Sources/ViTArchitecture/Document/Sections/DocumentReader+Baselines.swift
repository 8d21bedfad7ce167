internal import ViTNumerics
internal import Yams

extension DocumentReader {
  /// The section `baselines`: uniform networks with DeiT's widths unless they say otherwise.
  ///
  /// - Parameters:
  ///   - frame: What they share with the candidates; nil when it could not be read, and then none is built.
  ///   - depth: The depth of those that give none; nil when the document's depth is open.
  /// - Returns: The names that the document gives, and the baselines that are in order.
  func baselines(
    of root: MappingReader, frame: Architecture?, depth: Int?
  ) -> (names: [String], baselines: [Baseline]) {
    guard let node = root.value("baselines") else { return ([], []) }
    guard let items = node.sequence else {
      report(
        "\(node.found) for baselines", "expected a list of baselines such as {name: small, embedding: 64}", at: node)
      return ([], [])
    }
    var names: [String] = []
    var baselines: [Baseline] = []
    for (index, item) in items.enumerated() {
      let expected = "a baseline such as {name: small, embedding: 64}"
      guard let map = MappingReader(item, path: "baselines[\(index + 1)]", expected: expected, in: self) else {
        continue
      }
      defer { map.close() }
      let name = name("name", of: map)
      if let name, names.contains(name), let node = map.value("name") {
        report("baseline \"\(name)\" twice", "expected each name once", at: node)
      }
      if let name, !names.contains(name) { names.append(name) }
      let architecture = baseline(map, frame: frame, depth: depth)
      guard let name, let architecture else { continue }
      do {
        try architecture.validate()
        baselines.append(Baseline(name: name, architecture: architecture))
      } catch {
        report("a baseline with \(error)", "expected dimensions that the engine holds", at: item)
      }
    }
    return (names, baselines)
  }

  /// A name that can also name a folder.
  func name(_ key: String, of map: MappingReader) -> String? {
    map.scalar(key, "a name of letters, digits, -, _ and ., at most 64", required: true) { scalar in
      scalar.wholeMatch(of: /[0-9A-Za-z_][0-9A-Za-z_.-]{0,63}/) == nil ? nil : scalar
    }
  }

  private func baseline(_ map: MappingReader, frame: Architecture?, depth: Int?) -> Architecture? {
    let embedding = map.int("embedding", in: 1...65_536, required: true)
    let heads = width("heads", of: map, limit: 1024, embedding: embedding) ?? max(1, (embedding ?? 0) / 64)
    let queryKey = width("query-key", of: map, limit: 8192, embedding: embedding) ?? 64
    let value = width("value", of: map, limit: 8192, embedding: embedding) ?? 64
    let mlpHidden = width("mlp-hidden", of: map, limit: 1_048_576, embedding: embedding) ?? 4 * (embedding ?? 0)
    let own = map.int("depth", in: 1...1024, required: depth == nil && frame != nil)
    let scale = attentionScale(of: map)
    guard var architecture = frame, let embedding, let depth = own ?? depth else { return nil }
    let block = Architecture.Block(heads: heads, queryKey: queryKey, value: value, mlpHidden: mlpHidden)
    architecture.embedding = embedding
    architecture.attentionScale = scale
    architecture.blocks = Array(repeating: block, count: depth)
    return architecture
  }

  /// A whole width, or a multiple of E that is whole.
  private func width(_ key: String, of map: MappingReader, limit: Double, embedding: Int?) -> Int? {
    let kind = NumberKind.width(limit)
    return map.scalar(key, kind.expected) { text in
      guard let (value, unit) = NumberText.ruleNumber(text),
        kind.interval(unit)?.contains(value) == true
      else { return nil }
      let width = unit == .timesEmbedding ? value * Double(embedding ?? 1) : value
      // Without an embedding, which is reported on its own, a multiple of E cannot be judged.
      guard width == width.rounded() || (unit == .timesEmbedding && embedding == nil) else { return nil }
      return width >= 1 && width <= limit ? Int(width) : nil
    }
  }
}
