internal import ViTLatency
internal import ViTNumerics

/// Where members lie on the axis of latency, in logarithms of seconds, with standard errors.
///
/// Where every member was measured beside one reference network, their ratios to it are what is compared, brought to
/// seconds by what that network took in the middle: the ratios keep what the machine's load, which the seconds hold,
/// did to both alike.
struct LatencyPlaces {
  struct Place {
    var logarithm: Double
    var error: Double
  }

  let values: [Place]

  init(_ entries: [FrontEntry]) {
    let records = entries.compactMap(\.measuredLatency)
    let ratios = records.compactMap(\.ratio).filter { $0.value > 0 && $0.value.isFinite }
    let references = records.compactMap(\.referenceSeconds)
    if ratios.count == entries.count, Set(records.compactMap(\.reference)).count == 1,
      let reference = Statistics.median(references), reference > 0
    {
      values = ratios.map { ratio in
        Place(logarithm: Logarithm.natural(ratio.value * reference), error: LatencyPlaces.error(ratio))
      }
      return
    }
    values = entries.map { entry in
      let latency = entry.measuredLatency?.latency ?? entry.predictedLatency
      return Place(logarithm: Logarithm.natural(latency.value), error: LatencyPlaces.error(latency))
    }
  }

  /// Half the width of the interval in logarithms, in standard errors of a normal distribution.
  static func error(_ latency: Estimate) -> Double {
    guard let interval = latency.interval, interval.upper > interval.lower else { return 0 }
    let normal = StudentT.quantile((1 + interval.confidence) / 2, degreesOfFreedom: 1e6)
    // An interval that reaches to zero or below has no logarithm; its width as a share is what is left to go by.
    guard interval.lower > 0 else { return interval.halfWidth / latency.value / normal }
    return Logarithm.natural(interval.upper / interval.lower) / 2 / normal
  }
}
