/// A member of a rule's family with its cost, in memory that is used again for the next one.
package struct CompiledMember: Sendable {
  /// Blocks with the same widths that follow each other.
  package struct Run: Hashable, Sendable {
    package internal(set) var block: Architecture.Block
    /// At least 1.
    package internal(set) var count: Int
  }

  package internal(set) var embedding = 0
  package internal(set) var depth = 0
  /// The blocks, first to last; only the first `runCount` entries count.
  package internal(set) var runs: [Run]
  package internal(set) var runCount = 0
  /// Trainable parameters.
  package internal(set) var parameterCount = 0
  /// Multiply-accumulates for one image.
  package internal(set) var multiplyAccumulates = 0
  /// Tells all widths apart.
  package internal(set) var key = ArchitectureKey()
  /// The index of each open number's value, where a compiled rule has found the member.
  var indices: [Int]

  init(depth: Int, openNumbers: Int) {
    runs = Array(repeating: Run(block: .init(heads: 0, queryKey: 0, value: 0, mlpHidden: 0), count: 0), count: depth)
    indices = Array(repeating: 0, count: openNumbers)
  }
}

/// 128 bits that stand for an embedding width and all widths of all blocks.
///
/// Among a billion architectures, the probability that two different ones share a key is about 10^-21, if the bits are
/// as good as random. Keys are for one process; `Architecture.digest` is for files.
package struct ArchitectureKey: Hashable, Sendable {
  private var low: UInt64 = 0x243F_6A88_85A3_08D3
  private var high: UInt64 = 0x1319_8A2E_0370_7344

  package init() {}

  package init(_ architecture: Architecture) {
    self.init(embedding: architecture.embedding)
    var index = 0
    while index < architecture.blocks.count {
      let block = architecture.blocks[index]
      let end = architecture.blocks[index...].firstIndex { $0 != block } ?? architecture.blocks.count
      add(block, count: end - index)
      index = end
    }
  }

  init(embedding: Int) { add(UInt64(truncatingIfNeeded: embedding)) }

  /// Adds a run of equal blocks.
  mutating func add(_ block: Architecture.Block, count: Int) {
    // Valid widths take 10, 14, 14 and 21 bits.
    let attention = UInt64(truncatingIfNeeded: block.heads) << 42 | UInt64(truncatingIfNeeded: block.queryKey) << 21
    add(attention ^ UInt64(truncatingIfNeeded: block.value))
    add(UInt64(truncatingIfNeeded: block.mlpHidden) << 20 ^ UInt64(truncatingIfNeeded: count))
  }

  /// Two multiplications of 64 by 64 bits with their halves folded, as in wyhash.
  private mutating func add(_ word: UInt64) {
    let a = (low ^ word).multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
    let b = (high ^ word).multipliedFullWidth(by: 0xC2B2_AE3D_27D4_EB4F)
    low = a.high ^ a.low &+ b.high
    high = b.high ^ b.low &+ word
  }

  /// The low and the high half.
  package var words: (low: UInt64, high: UInt64) { (low, high) }
}
