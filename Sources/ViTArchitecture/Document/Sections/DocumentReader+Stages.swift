internal import Yams

extension DocumentReader {
  /// A list of stages: `{blocks: 4-9, factor: 2}` or `{blocks: [first, last], width: 10}`.
  func stages(_ node: Node, path: String, limit: Double, depth: DepthBounds) -> Profile? {
    let expected = "a list of stages such as {blocks: 4-9, factor: 2}"
    guard let items = node.sequence, !items.isEmpty else {
      report("\(node.sequence == nil ? node.found : "an empty list") for \(path)", "expected \(expected)", at: node)
      return nil
    }
    var stages: [Profile.Stage] = []
    var taken: [Int: Int] = [:]
    for (index, item) in items.enumerated() {
      let place = "\(path)[\(index + 1)]"
      guard let map = MappingReader(item, path: place, expected: "a stage such as {blocks: 4-9, factor: 2}", in: self)
      else { continue }
      let blocks = map.value("blocks", required: DocumentReader.blocksExpected)
      let ranges = blocks.flatMap { self.ranges($0, path: map.place("blocks"), depth: depth) }
      let level = level(of: map, limit: limit)
      map.close()
      guard let ranges, let level else { continue }
      if let blocks, let depth = depth.fixed {
        for block in Set(ranges.flatMap { $0.fixedBlocks(depth: depth) }).sorted() {
          guard let other = taken.updateValue(index + 1, forKey: block) else { continue }
          report(
            "block \(block) in stage \(index + 1) of \(path)",
            "expected a block in one stage; stage \(other) has it already", at: blocks)
          break
        }
      }
      stages.append(Profile.Stage(ranges: ranges, level: level))
    }
    return stages.count == items.count ? .stages(stages) : nil
  }

  private static let blocksExpected = "blocks such as 4, 4-9, 25%-75%, last, [first, last] or {first: 4, last: 9}"

  private func level(of map: MappingReader, limit: Double) -> Profile.StageLevel? {
    let (factor, width) = (map.value("factor"), map.value("width"))
    switch (factor, width) {
    case (let factor?, nil): return number(factor, path: map.place("factor"), .factor).map { .factor($0) }
    case (nil, let width?): return number(width, path: map.place("width"), .width(limit)).map { .width($0) }
    default:
      let found = factor == nil ? "neither \"factor\" nor \"width\"" : "both \"factor\" and \"width\""
      report("\(found) in \(map.path)", "expected one of them", at: map.node)
      return nil
    }
  }

  private func ranges(_ node: Node, path: String, depth: DepthBounds) -> [Profile.Stage.Range]? {
    switch node {
    case .sequence(let items):
      guard !items.isEmpty else { break }
      let ranges = items.enumerated().map { range($1, path: "\(path)[\($0 + 1)]", depth: depth) }
      let known = ranges.compactMap(\.self)
      return known.count == ranges.count ? known : nil
    default: return range(node, path: path, depth: depth).map { [$0] }
    }
    report("an empty list for \(path)", "expected \(DocumentReader.blocksExpected)", at: node)
    return nil
  }

  private func range(_ node: Node, path: String, depth: DepthBounds) -> Profile.Stage.Range? {
    var first: DepthPosition?
    var last: DepthPosition?
    if let map = node.mapping, !DocumentReader.isOpenNumber(node), !map.isEmpty {
      guard let map = MappingReader(node, path: path, in: self) else { return nil }
      first = position("first", of: map, .block, required: true, depth: depth)
      last = position("last", of: map, .block, required: true, depth: depth)
      map.close()
    } else if let text = node.scalar?.string, text.contains("-"), namedNumbers[text] == nil {
      let parts = text.split(separator: "-", omittingEmptySubsequences: false).map(String.init)
      guard parts.count == 2 else {
        report("\(node.found) for \(path)", "expected \(DocumentReader.blocksExpected)", at: node)
        return nil
      }
      let mark = node.mark
      let ends = parts.map { Node.scalar(.init($0, .implicit, .plain, mark)) }
      first = position(ends[0], path: path, .block, depth: depth)
      last = position(ends[1], path: path, .block, depth: depth)
    } else {
      first = position(node, path: path, .block, depth: depth)
      last = first
      if case .number(let number) = first, number.unit == .percentOfDepth {
        report("\(node.found) for \(path)", "expected \(DocumentReader.blocksExpected)", at: node)
        return nil
      }
    }
    guard let first, let last else { return nil }
    let range = Profile.Stage.Range(first: first, last: last)
    if let depth = depth.fixed, first.isFixed, last.isFixed, range.fixedBlocks(depth: depth).isEmpty {
      report(
        "blocks \(node.found) for \(path), which hold no block", "expected the first block not behind the last",
        at: node)
      return nil
    }
    return range
  }
}

extension Profile.Stage.Range {
  /// The blocks of a range without open numbers; empty for one with.
  func fixedBlocks(depth: Int) -> [Int] {
    guard first.isFixed, last.isFixed else { return [] }
    return Array(stride(from: first.firstBlock([], depth: depth), through: last.lastBlock([], depth: depth), by: 1))
  }
}
