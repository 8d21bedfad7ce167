import Foundation
import FuzzedReaders
import Testing

/// Inputs that fuzzing found to be read wrongly, each with what is right.
struct FuzzedInputTests {
  @Test func placeholder() { #expect(Bundle.module.resourcePath != nil) }
}
