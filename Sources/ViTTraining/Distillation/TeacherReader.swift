internal import ViTArchitecture
internal import ViTData
internal import ViTKernels

/// A teacher's logits of the batch in hand.
final class TeacherReader {
  private let batchSize: Int
  private let model: InferenceModel?
  private let table: TeacherLogits?
  private let classes: Int
  /// (batch, classes): of the class head, or the mean of both heads.
  let logits: FloatBuffer
  /// (batch, classes): of the distillation head; empty where `logits` serve both heads.
  let distillationLogits: FloatBuffer

  /// - Parameters:
  ///   - separatesHeads: Whether both heads' logits are wanted, where the teacher has two.
  ///   - threads: At least 1.
  init(_ teacher: Teacher, for assembler: BatchAssembler, separatesHeads: Bool, threads: Int) {
    batchSize = assembler.batchSize
    classes = assembler.images.classCount
    let hasTwoHeads: Bool
    switch teacher {
    case .model(let weights):
      hasTwoHeads = weights.architecture.hasDistillationToken
      model = InferenceModel(
        weights: weights.copy(seeing: assembler.normalization), batchSize: batchSize, threads: threads)
      table = nil
    case .logits(let logits):
      hasTwoHeads = logits.distillationLogits != nil
      model = nil
      table = logits
    }
    logits = FloatBuffer(count: batchSize * classes)
    distillationLogits = FloatBuffer(count: separatesHeads && hasTwoHeads ? batchSize * classes : 0)
  }

  private var hasSecond: Bool { !distillationLogits.isEmpty }

  /// Fills `logits`, and `distillationLogits` where the heads are apart, for the batch that `cursor` has prepared.
  ///
  /// - Parameter images: The batch's pixels, (batch, channels, size, size).
  func read(_ images: borrowing FloatBuffer, _ cursor: BatchCursor) {
    if let model {
      if hasSecond {
        model.logits(of: images, count: batchSize, into: logits, distillationLogits: distillationLogits)
      } else {
        model.logits(of: images, count: batchSize, into: logits)
      }
    }
    guard let table else { return }
    for row in 0..<batchSize {
      let image = cursor.image(row: row)
      for index in 0..<classes {
        let place = row * classes + index
        if hasSecond, let other = table.distillationLogits {
          logits[place] = table.logits[image * classes + index]
          distillationLogits[place] = other[image * classes + index]
        } else {
          logits[place] = table.value(image: image, class: index)
        }
      }
    }
  }
}
