internal import ViTLatency
internal import ViTNumerics

/// Where members lie on the axis of latency, in logarithms of seconds, with standard errors.
struct LatencyPlaces {
  struct Place {
    var logarithm: Double
    var error: Double
  }

  let values: [Place]

  init(_ entries: [FrontEntry]) {
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
