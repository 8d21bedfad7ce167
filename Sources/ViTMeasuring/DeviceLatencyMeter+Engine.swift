internal import ViTFiles
internal import ViTKernels
package import ViTLatency
internal import ViTTraining

extension DeviceLatencyMeter {
  /// Measures with nvit's own engine in inference mode, on random images.
  ///
  /// - Parameters:
  ///   - batchSize: Images in a batch.
  ///   - threads: Threads of the engine; nil uses every core, but one for a batch of one image, which several threads
  ///     take a time for that does not repeat where other programs run.
  package init(batchSize: Int, threads: Int? = nil, settings: MeasurementSettings = .init(), seed: UInt64 = 0) {
    let conditions = Self.engineConditions(batchSize: batchSize, threads: threads)
    self.init(
      conditions: conditions, settings: settings, seed: seed,
      builder: ModelBuilder { architecture, batchSize, threads in
        let need = architecture.inferenceBytes(batchSize: batchSize, threads: threads)
        if let shortage = MemoryLimit.current.shortage(for: need) {
          throw LatencyError(
            .tooLarge, "running a batch of \(batchSize) takes \(shortage); a smaller batch or model takes less")
        }
        return EngineModel(
          model: try InferenceModel(
            architecture: architecture, batchSize: batchSize, threads: threads, seed: seed))
      })
  }

  /// What such a meter's records will say, with an empty date.
  package static func engineConditions(batchSize: Int, threads: Int? = nil) -> LatencyConditions {
    // Raise the number when the engine's speed changes, so that models measured before are not used any more.
    LatencyConditions(
      device: Device.name, engine: "nvit-cpu/2 \(KernelSet.current.name)", batchSize: batchSize,
      threads: threads ?? (batchSize == 1 ? 1 : Device.coreCount), precision: "float32", date: "")
  }

  private struct EngineModel: MeasurableModel {
    let model: InferenceModel

    func runBatch() { model.runBatch() }
  }
}
