import Testing
import ViTArchitecture
import ViTKernels
import ViTPruning
import ViTTraining

@Suite struct `Structure` {
  @Test func `DeiT-B has the paper's 49 lists, 39,312 units and 2,616 groups`() {
    let dense = Architecture.deitBase(distilled: true)
    let layout = UnitLayout(dense)
    #expect(layout.lists.count == 49)
    #expect(layout.unitCount == 39_312)
    let settings = GroupSettings(for: dense)
    #expect(settings.sizes == [.embedding: 16, .heads: 2, .queryKey: 8, .value: 8, .mlpHidden: 16])
    #expect(settings.floors == settings.sizes)
    // A list's floor of one group is never removed.
    #expect(dense.unitLists.reduce(0) { $0 + 1 + settings.groupCount(of: $1, in: dense) } == 2616)
  }

  @Test func `Kept units are ascending indices of the architecture's, one in each list at least`() {
    let dense = Architecture.prunable()
    let all = KeptUnits(allOf: dense)
    #expect(all.fits(dense))
    for list in dense.unitLists {
      for wrong in [[], [-1, 0], [0, dense[list]], [1, 0], [0, 0]] {
        var kept = all
        kept[list] = wrong
        #expect(!kept.fits(dense), "\(list) \(wrong)")
      }
      var last = all
      last[list] = [dense[list] - 1]
      #expect(last.fits(dense))
    }
  }

  @Test func `Smaller models have smaller groups`() {
    let dense = Architecture(
      imageSize: 28, channels: 1, patchSize: 7, classCount: 10, embedding: 64,
      blocks: Array(repeating: .init(heads: 4, queryKey: 16, value: 16, mlpHidden: 256), count: 12))
    #expect(GroupSettings(for: dense).sizes == [.embedding: 2, .heads: 1, .queryKey: 2, .value: 2, .mlpHidden: 16])
    let own = GroupSettings(for: dense, sizes: [.embedding: 8], floors: [.embedding: 24, .value: 3])
    #expect(own.size(.embedding) == 8 && own.floor(.embedding) == 24)
    let smallest = own.smallest(of: dense)
    #expect(smallest.embedding == 24)
    #expect(smallest.blocks.allSatisfy { $0 == .init(heads: 1, queryKey: 2, value: 3, mlpHidden: 16) })
  }

  @Test func `A list is cut to multiples of its group size, and to its floor at last`() {
    var dense = Architecture.prunable()
    dense.embedding = 14
    let settings = GroupSettings(for: dense, sizes: [.embedding: 4], floors: [.embedding: 3])
    var counts: [Int] = []
    while let next = settings.nextCount(of: .embedding, in: dense) {
      counts.append(next)
      dense.embedding = next
    }
    #expect(counts == [12, 8, 4, 3])
  }

  @Test func `Multiples of 16 hold on every way down`() {
    let start = Architecture(
      imageSize: 28, channels: 1, patchSize: 7, classCount: 10, embedding: 64,
      blocks: [
        .init(heads: 4, queryKey: 16, value: 24, mlpHidden: 256), .init(heads: 6, queryKey: 8, value: 8, mlpHidden: 96),
      ])
    let settings = GroupSettings(for: start, keepsMultiplesOf16: true)
    var dense = start
    var steps = 0
    while true {
      let open = dense.unitLists.filter { settings.nextCount(of: $0, in: dense) != nil }
      guard let list = open.isEmpty ? nil : open[steps % open.count] else { break }
      dense[list] = settings.nextCount(of: list, in: dense) ?? 0
      steps += 1
      #expect(dense.embedding % 16 == 0)
      for block in dense.blocks {
        #expect(block.heads * block.queryKey % 16 == 0 && block.heads * block.value % 16 == 0)
        #expect(block.mlpHidden % 16 == 0)
      }
    }
    #expect(steps > 10)
    #expect(dense.embedding == 16 && dense.blocks.allSatisfy { $0.mlpHidden == 16 })
  }

  /// NViT's table: what each unit's score is the sum over, counted by hand.
  @Test(arguments: [false, true])
  func `Each unit is scored over the tensors of the paper's table`(distilled: Bool) {
    let architecture = Architecture.prunable(distilled: distilled)
    let ones = ModelWeights(zeroed: architecture)
    for entry in ones.table.entries { ones.setValues(of: entry.name, to: Array(repeating: 1, count: entry.count)) }
    let engine = TrainingEngine(
      weights: ones, batchSize: 1, terms: LossTerms(classHead: .init(targets: 1)), threads: 2)
    let gates = GateSums(ones)
    gates.sum(ones.arena.vector, ones.arena.vector, on: engine)
    let layout = UnitLayout(architecture)
    func counts(_ list: UnitList) -> Set<Double> { Set(layout.range(of: list).map { gates.sums[$0] }) }
    let e = architecture.embedding
    var embedding = architecture.patchValues + 1
    for (index, block) in architecture.blocks.enumerated() {
      let keys = block.heads * block.queryKey
      let values = block.heads * block.value
      embedding += 2 * keys + values + (values + 1) + block.mlpHidden + (block.mlpHidden + 1)
      #expect(counts(UnitList(.heads, block: index)) == [Double((2 * block.queryKey + block.value) * (e + 1))])
      #expect(counts(UnitList(.queryKey, block: index)) == [Double(block.heads * (e + 1))])
      #expect(counts(UnitList(.value, block: index)) == [Double(block.heads * (e + 1))])
      #expect(counts(UnitList(.mlpHidden, block: index)) == [Double(e + 1)])
    }
    #expect(counts(.embedding) == [Double(embedding)])
  }
}
