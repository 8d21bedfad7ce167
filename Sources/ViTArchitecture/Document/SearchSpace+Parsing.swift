internal import ViTFiles
internal import ViTNumerics
internal import Yams

extension SearchSpace {
  /// Reads a search-space document.
  ///
  /// - Throws: `DocumentError` with every mistake found, or with the reason why the file cannot be read as text.
  package init(contentsOf path: String) throws(DocumentError) {
    let text: String
    do {
      text = try FileContents.readText(path, limit: YAMLText.byteLimit)
    } catch {
      throw DocumentError(path: path, fileError: error)
    }
    try self.init(parsing: text, path: path)
  }

  /// Reads a search-space document from its text.
  ///
  /// - Parameters:
  ///   - text: YAML.
  ///   - path: Where it comes from, for messages and for relative paths in it.
  /// - Throws: `DocumentError` with every mistake found.
  package init(parsing text: String, path: String) throws(DocumentError) {
    let yaml = try YAMLText(text, path: path)
    guard let rootNode = yaml.root else {
      throw DocumentError(path: path, 1, 1, "an empty document", "expected a search space that starts with \"nvit: 1\"")
    }
    let reader = DocumentReader(path: path, yaml: yaml)
    guard let root = MappingReader(rootNode, path: "", in: reader) else {
      throw DocumentError(path: path, mistakes: reader.mistakes)
    }
    _ = root.scalar("nvit", "1, the version of the format", required: true) { $0 == "1" ? 1 : nil }
    let name = reader.name("name", of: root)
    let summary = root.text("summary")
    reader.numbers(of: root)
    let rule = reader.rule(of: root)
    let depth = rule.flatMap { $0.rule.depthRange.count == 1 ? $0.rule.depthRange.lowerBound : nil }
    let baselines = reader.baselines(of: root, frame: rule?.frame, depth: depth)
    let targets = reader.targets(of: root, baselines: baselines.names)
    let constraints = reader.constraints(of: root, rule: rule?.rule)
    let dataset = reader.dataset(of: root)
    let recipe = reader.recipe(of: root)
    let latency = reader.latency(of: root)
    let budget = reader.budget(of: root)
    root.close()
    reader.checkTraining(of: root)

    if reader.mistakes.isEmpty {
      reader.reportUnusedNumbers()
      if let rule { reader.checkMembers(of: rule.rule, at: root.value("rule") ?? rootNode) }
    }
    guard reader.mistakes.isEmpty, let name, let rule else {
      throw DocumentError(path: path, mistakes: reader.mistakes)
    }
    self.init(
      name: name, summary: summary, rule: rule.rule, constraints: constraints, targets: targets,
      baselines: baselines.baselines, dataset: dataset, recipe: recipe, latency: latency, budget: budget,
      source: Source(path: path, text: text))
  }
}

extension DocumentReader {
  /// Images without a recipe, or a recipe without images, train nothing.
  fileprivate func checkTraining(of root: MappingReader) {
    switch (root.value("dataset"), root.value("recipe")) {
    case (let dataset?, nil): report("a dataset without a recipe", "expected both or neither", at: dataset)
    case (nil, let recipe?): report("a recipe without a dataset", "expected both or neither", at: recipe)
    default: break
    }
  }

  /// Reports a rule none of whose members is an architecture, judged by the middle and 64 random points.
  fileprivate func checkMembers(of rule: ScalingRule, at node: Node) {
    var random = CounterRandom(seed: 0, purpose: "document check")
    var point = rule.middle
    var reason: ArchitectureError?
    for _ in 0...64 {
      do {
        _ = try rule.architecture(at: point)
        return
      } catch {
        reason = reason ?? error
      }
      point = point.map { _ in random.uniform() }
    }
    if let reason {
      report(
        "a rule none of whose members is an architecture (\(reason))", "expected dimensions that the engine holds",
        at: node)
    }
  }
}
