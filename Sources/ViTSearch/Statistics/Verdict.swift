/// When a comparison counts as decided.
///
/// A probability that is looked at after each further seed crosses a threshold by chance sooner or later. So before the
/// last look more is asked for. Simulated with two equally good sides, Welch's P and three seeds to begin with, one
/// side is called the better in 4% of studies with three seeds, 5% with up to six, 6% with up to eight and 7% with up
/// to twelve; with 0.975 at every look it would be 10%, 12% and 16%.
///
/// Source of the idea: Haybittle, "Repeated assessment of results in clinical trials of cancer treatment", British
/// Journal of Radiology 44, 1971.
package enum Verdict {
  /// One side has won.
  package static func isDecided(_ probability: Double) -> Bool { max(probability, 1 - probability) >= 0.975 }

  /// One side has won so clearly that no further seeds are needed.
  package static func isDecidedEarly(_ probability: Double) -> Bool { max(probability, 1 - probability) >= 0.995 }
}
