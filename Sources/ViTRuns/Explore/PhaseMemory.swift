internal import Synchronization
internal import ViTKernels
internal import ViTSearch

/// The peak memory of the process in each phase of a study.
final class PhaseMemory: Sendable {
  private struct State {
    var current: StudyPhase?
    var peaks: [StudyPhase: Int] = [:]
  }

  private let state = Mutex(State())

  /// Notes the peak of the phase that ends, and starts counting anew. Cheap while the phase stays the same.
  func enter(_ phase: StudyPhase?) {
    state.withLock { state in
      guard phase != state.current else { return }
      if let ended = state.current, let peak = SystemInformation.peakMemoryBytes {
        state.peaks[ended] = max(peak, state.peaks[ended] ?? 0)
      }
      state.current = phase
      SystemInformation.resetPeakMemory()
    }
  }

  /// Bytes of resident memory, by phase; empty where the system does not tell.
  var peaks: [StudyPhase: Int] { state.withLock { $0.peaks } }

  /// Such as "latency 310 MB, training 290 MB".
  var text: String {
    let peaks = peaks
    return StudyPhase.allCases.compactMap { phase in
      peaks[phase].map { "\(phase.rawValue) \(Int((Double($0) / 1e6).rounded())) MB" }
    }.joined(separator: ", ")
  }
}
