/// How many images accuracies are shares of.
package struct ImageCounts: Hashable, Sendable, Codable {
  package var validation: Int
  package var test: Int

  package init(validation: Int, test: Int) {
    self.validation = validation
    self.test = test
  }

  /// The fewest images that all accuracies can be shares of; nil for none, and where that would be over a million.
  package static func fewest(_ accuracies: [Double]) -> Int? {
    guard !accuracies.isEmpty else { return nil }
    // A share is a quotient of two whole numbers, rounded once.
    return (1...1_000_000).first { count in
      accuracies.allSatisfy { accuracy in
        (accuracy * Double(count)).rounded() / Double(count) == accuracy
      }
    }
  }
}
