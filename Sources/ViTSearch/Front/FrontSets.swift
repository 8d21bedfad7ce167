internal import ViTArchitecture
internal import ViTNumerics

/// The members of a front whose heights are compared, as indices of its entries: one set for each way of searching, and
/// the baselines.
struct FrontSets {
  /// The search's winners for the targets; where nothing was trained, the candidates
  /// that none of them beats.
  let candidates: [Int]
  /// Random search's winners.
  let random: [Int]
  let baselines: [Int]

  init(_ document: FrontDocument) {
    let entries = document.entries
    let objective = document.objective
    func indices(_ holds: (FrontEntry) -> Bool) -> [Int] {
      entries.indices.filter { index in
        let entry = entries[index]
        return holds(entry) && entry.value(objective).isFinite && entry.latencySeconds > 0
          && entry.latencySeconds.isFinite
      }
    }
    let winners = Set(document.comparisons.map(\.winner))
    let randomWinners = Set(document.comparisons.compactMap(\.randomWinner))
    random = indices { randomWinners.contains($0.name) }
    baselines = indices { $0.role == .baseline }
    let all = indices { winners.isEmpty ? $0.role.isOfSearch : winners.contains($0.name) }
    guard winners.isEmpty else {
      candidates = all
      return
    }
    let points = all.map { TradeOff(latencySeconds: entries[$0].latencySeconds, value: entries[$0].value(objective)) }
    candidates = FrontArea.hull(points).map { all[$0] }
  }

  /// Those that are not empty.
  var all: [[Int]] { [candidates, random, baselines].filter { !$0.isEmpty } }
}

extension FrontDocument {
  /// Where some entries lie, in logarithms of seconds.
  func places(_ set: [Int]) -> [Double] { set.map { Logarithm.natural(entries[$0].latencySeconds) } }

  /// How high a set of entries stands over a range of such places; see `FrontArea`.
  func height(_ set: [Int], over range: ClosedRange<Double>, above reference: Double) -> Double {
    let weights = FrontArea.weights(places(set), over: range, isLevelBelow: true)
    return zip(set, weights).reduce(0) { $0 + $1.1 * (entries[$1.0].value(objective) - reference) }
  }

  /// How high all members stand over a range of places.
  func heightOfAll(over range: ClosedRange<Double>, above reference: Double) -> Double {
    FrontArea.height(
      of: entries.map { TradeOff(latencySeconds: $0.latencySeconds, value: $0.value(objective)) },
      over: Exponential.natural(range.lowerBound)...Exponential.natural(range.upperBound), above: reference)
  }

  /// What heights are counted from. From chance level, nearly all of the height would lie below every member.
  var referenceValue: Double {
    guard objective == .validationAccuracy else { return 0 }
    let accuracies = entries.compactMap { $0.validation?.mean }
    guard let worst = accuracies.min(), let best = accuracies.max(), best > worst else {
      return 1 / Double(max(entries.map(\.architecture.classCount).max() ?? 1, 1))
    }
    return worst - 0.1 * (best - worst)
  }
}
