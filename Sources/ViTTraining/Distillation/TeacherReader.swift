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
  private let first: FloatBuffer
  /// (batch, classes): of the distillation head; empty where one output is enough.
  private let second: FloatBuffer

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
    first = FloatBuffer(count: batchSize * classes)
    second = FloatBuffer(count: separatesHeads && hasTwoHeads ? batchSize * classes : 0)
  }

  var logits: UnsafePointer<Float> { UnsafePointer(first.pointer) }
  /// Nil where `logits` serve both heads.
  var distillationLogits: UnsafePointer<Float>? { second.count > 0 ? UnsafePointer(second.pointer) : nil }

  /// Fills `logits` for the batch that `cursor` has prepared.
  ///
  /// - Parameter images: The batch's pixels, (batch, channels, size, size).
  func read(_ images: UnsafePointer<Float>, _ cursor: BatchCursor) {
    model?.logits(
      of: images, count: batchSize, into: first.pointer,
      distillationLogits: second.count > 0 ? second.pointer : nil)
    guard let table else { return }
    for row in 0..<batchSize {
      let image = cursor.image(row: row)
      for index in 0..<classes {
        let place = row * classes + index
        if second.count > 0, let other = table.distillationLogits {
          first.pointer[place] = table.logits[image * classes + index]
          second.pointer[place] = other[image * classes + index]
        } else {
          first.pointer[place] = table.value(image: image, class: index)
        }
      }
    }
  }
}
