import LatencyTestSupport
import ViTArchitecture
import ViTLatency
import ViTMeasuring

extension SyntheticMachine {
  /// A meter that goes by this machine's clock.
  func meter(settings: MeasurementSettings = .init(), threads: Int = 2) -> DeviceLatencyMeter {
    DeviceLatencyMeter(
      conditions: LatencyConditions(
        device: "synthetic", engine: "test/1", batchSize: batchSize, threads: threads, precision: "float32", date: ""),
      settings: settings,
      builder: ModelBuilder { [self] architecture, _, _ in
        // Building takes time too: 20 ns for each parameter.
        pass(seconds: 2e-8 * Double(architecture.parameterCount))
        return Model(machine: self, seconds: seconds(architecture), digest: architecture.digest)
      },
      clock: MeasurementClock(seconds: { [self] in now }, waitingSeconds: { [self] _ in waitingSeconds }),
      priority: MeasuringPriority(isWanted: false))
  }

  private struct Model: MeasurableModel {
    let machine: SyntheticMachine
    let seconds: Double
    let digest: String

    func runBatch() { machine.run(seconds: seconds, digest: digest) }
  }
}
