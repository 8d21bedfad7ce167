import SearchTestSupport
import Testing
import ViTArchitecture
import ViTSearch

@Suite struct `A set of keys` {
  @Test(arguments: [0, 5, 5000])
  func `tells new keys from old ones, also when it grows`(capacity: Int) {
    let keys = (0..<2000).map { index in
      ArchitectureKey(TwoBlocks.architecture(32 + index % 7, 1 + index / 7, 16))
    }
    var set = KeySet(capacity: capacity)
    #expect(Set(keys).count == 2000)
    #expect(keys.allSatisfy { set.insert($0) })
    #expect(!keys.contains { set.insert($0) })
  }

  @Test func `has another key for the same widths in another order or number`() {
    let block = Architecture.Block(heads: 1, queryKey: 2, value: 3, mlpHidden: 4)
    var architecture = TwoBlocks.architecture(32, 16, 48)
    var keys = [ArchitectureKey(architecture)]
    architecture.blocks.reverse()
    keys.append(ArchitectureKey(architecture))
    for blocks in [[block], [block, block], [block, block, block]] {
      architecture.blocks = blocks
      keys.append(ArchitectureKey(architecture))
    }
    architecture.embedding += 1
    keys.append(ArchitectureKey(architecture))
    #expect(Set(keys).count == keys.count)
  }
}
