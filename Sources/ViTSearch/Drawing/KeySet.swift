package import ViTArchitecture

/// Keys that were seen, in an open hash table; allocates only when it grows beyond the capacity it was made for.
package struct KeySet: Sendable {
  /// Low and high words in turn; a pair of zeros is a free place.
  private var words: [UInt64]
  private var count = 0

  package init(capacity: Int) {
    var places = 16
    while places < 2 * max(capacity, 0) { places *= 2 }
    words = Array(repeating: 0, count: 2 * places)
  }

  /// Empties the set, which keeps its capacity.
  package mutating func removeAll() {
    for index in words.indices { words[index] = 0 }
    count = 0
  }

  /// - Returns: Whether the key is new.
  package mutating func insert(_ key: ArchitectureKey) -> Bool {
    if 4 * count >= words.count { grow() }
    var (low, high) = key.words
    // The one key that would be a free place shares its place with its neighbour.
    if low == 0, high == 0 { low = 1 }
    guard let place = free(low, high) else { return false }
    (words[place], words[place + 1]) = (low, high)
    count += 1
    return true
  }

  /// Where a key would be put; nil if it is there.
  private func free(_ low: UInt64, _ high: UInt64) -> Int? {
    let mask = words.count / 2 - 1
    var place = Int(truncatingIfNeeded: low) & mask
    while true {
      let (foundLow, foundHigh) = (words[2 * place], words[2 * place + 1])
      if foundLow == 0, foundHigh == 0 { return 2 * place }
      if foundLow == low, foundHigh == high { return nil }
      place = (place + 1) & mask
    }
  }

  private mutating func grow() {
    let old = words
    words = Array(repeating: 0, count: 2 * old.count)
    for index in stride(from: 0, to: old.count, by: 2) where old[index] != 0 || old[index + 1] != 0 {
      if let place = free(old[index], old[index + 1]) {
        (words[place], words[place + 1]) = (old[index], old[index + 1])
      }
    }
  }
}
