import Testing
import ViTArchitecture
import ViTBenchmarks

@Suite struct `Counting floating-point operations` {
  /// One block, four patches and a class token, counted by hand.
  private static let architecture = Architecture(
    imageSize: 4, channels: 1, patchSize: 2, classCount: 3, embedding: 8,
    blocks: [.init(heads: 2, queryKey: 3, value: 5, mlpHidden: 7)])

  @Test func `A training step is nominally three forward passes of two operations each`() {
    // Patches 4*4*8; qkv 5*8*(6+6+10); attention 5*5*(6+10); projection 5*10*8; MLP 2*5*8*7; head 8*3.
    let products = 128 + 880 + 400 + 400 + 560 + 24
    #expect(FlopCount(Self.architecture, mode: .inference).nominal == Double(2 * products))
    #expect(FlopCount(Self.architecture, mode: .training).nominal == Double(6 * products))
  }

  @Test func `What the engine performs leaves out rows that no head reads and the pixels' gradient`() {
    // Of the last block's five rows, one needs a query (8*6), its attention (5*16), projection (80) and MLP (112).
    let read = 128 + (5 * 8 * 16 + 8 * 6) + 5 * 16 + 80 + 112 + 24
    #expect(FlopCount(Self.architecture, mode: .inference).performed == Double(2 * read))
    #expect(FlopCount(Self.architecture, mode: .training).performed == Double(6 * read - 2 * 128))
  }
}
