import TestSupport
import Testing
import ViTData

@Suite struct `A data set's digest` {
  private let folder = TemporaryFolder()

  private func digest(
    of path: String? = nil, validation: Int = 20, training: Int? = nil, seed: UInt64 = 0
  ) throws -> String {
    try Dataset(
      DatasetFixture.specification(
        path ?? folder.path, validation: validation, training: training, seed: seed)
    ).digest
  }

  @Test func `is the same wherever equal images lie, compressed or not`() throws {
    try DatasetFixture.writeIDX(to: folder)
    let other = TemporaryFolder()
    try DatasetFixture.writeIDX(to: other, compressed: true)
    #expect(try digest() == digest(of: other.path) && digest().count == 64)
  }

  @Test func `differs with an image, a label, the split and the limit`() throws {
    try DatasetFixture.writeIDX(to: folder)
    let digests = [
      try digest(), try digest(validation: 30), try digest(training: 50), try digest(seed: 1),
      try {
        try DatasetFixture.writeIDX(to: folder, labels: [1, 0] + Array(2..<10))
        return try digest()
      }(),
      try {
        try DatasetFixture.writeIDX(to: folder)
        // Two pixels of one image change places, so that no sum tells.
        var pixels = DatasetFixture.pixels(count: 100, mark: 1)
        pixels.swapAt(35, 36)
        try folder.write(IDXEncoding.file([100, 4, 4], pixels), to: "train-images-idx3-ubyte")
        return try digest()
      }(),
    ]
    #expect(Set(digests).count == digests.count)
  }
}
