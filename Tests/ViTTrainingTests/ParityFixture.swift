import Foundation
import ViTArchitecture
import ViTFiles
import ViTKernels
import ViTTraining

/// A model with weights, a batch, and what PyTorch computes from them in double precision.
///
/// `scripts/pytorch/make_fixtures.py` makes the files; `NVIT_FIXTURES` names another folder of them.
struct ParityFixture {
  let file: SafeTensorsFile
  let architecture: Architecture
  let batchSize: Int

  init(_ name: String) throws {
    let folder =
      ProcessInfo.processInfo.environment["NVIT_FIXTURES"]
      ?? Bundle.module.resourceURL.map { $0.appendingPathComponent("Fixtures").path } ?? "Fixtures"
    file = try SafeTensorsFile(contentsOf: "\(folder)/\(name).safetensors")
    architecture = try Architecture(json: Data((file.metadata["architecture"] ?? "").utf8))
    batchSize = file.tensor(named: "images")?.shape[0] ?? 0
  }

  func weights() throws -> ModelWeights {
    let weights = ModelWeights(architecture, seed: 0)
    for entry in weights.table.entries {
      weights.setValues(of: entry.name, to: try file.floats("weights/\(entry.name)"))
    }
    return weights
  }

  /// The loss terms that the script's cases name.
  func terms(_ lossCase: String) -> LossTerms {
    let distilled = architecture.hasDistillationToken
    switch lossCase {
    case "hard_distillation":
      return LossTerms(classHead: .init(targets: 0.5), distillationHead: .init(teacherClass: 0.5))
    case "soft_distillation":
      let taught = LossTerms.Head(targets: distilled ? 0 : 0.7, teacherDistribution: 0.3)
      return distilled
        ? LossTerms(classHead: .init(targets: 0.7), distillationHead: taught, temperature: 3)
        : LossTerms(classHead: taught, temperature: 3)
    case "full_model_kl": return .fullModel(temperature: 3)
    case "two_teachers":
      return LossTerms(hardWeight: 0.4, fullModelWeight: 1.7, temperature: 2, hasDistillationToken: distilled)
    default: return LossTerms(classHead: .init(targets: 1))
    }
  }

  /// Calls `body` with the fixture's batch in memory. Only the full-model losses have a teacher with two outputs: in
  /// the others both heads of the student see the teacher's one output, as in DeiT.
  func withBatch<R>(_ lossCase: String, _ body: (TrainingEngine.Batch) throws -> R) throws -> R {
    let hasSecond = architecture.hasDistillationToken && ["full_model_kl", "two_teachers"].contains(lossCase)
    var teachers: TrainingEngine.Batch.Teachers = [.main]
    if hasSecond { teachers.insert(.distillation) }
    if lossCase == "two_teachers" { teachers.insert(.hard) }
    let batch = TrainingEngine.Batch(of: architecture, count: batchSize, teachers: teachers)
    batch.images.copy(from: try file.floats("images"))
    batch.targets.copy(from: try file.floats("targets"))
    batch.teacher.copy(from: try file.floats("teacher_logits"))
    if hasSecond { batch.teacherDistillation.copy(from: try file.floats("teacher_logits_dist")) }
    if lossCase == "two_teachers" { batch.hardTeacher.copy(from: try file.floats("hard_teacher_logits")) }
    return try body(batch)
  }

  /// Prints a figure for `make parity`, whose fixtures are fresh.
  static func report(_ what: String, _ figure: Double) {
    guard ProcessInfo.processInfo.environment["NVIT_FIXTURES"] != nil else { return }
    print("PyTorch parity: \(what) \(String(format: "%.1e", figure)), relative")
  }

  /// The norm of the difference over the norm of what is expected.
  static func relativeError(_ found: [Float], _ expected: [Float]) -> Double {
    guard found.count == expected.count else { return .infinity }
    var difference = 0.0
    var size = 0.0
    for (a, b) in zip(found, expected) {
      difference += (Double(a) - Double(b)) * (Double(a) - Double(b))
      size += Double(b) * Double(b)
    }
    return (difference / max(size, 1e-30)).squareRoot()
  }
}
