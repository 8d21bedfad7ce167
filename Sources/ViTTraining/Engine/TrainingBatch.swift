package import ViTArchitecture
package import ViTKernels

extension TrainingEngine {
  /// Images and what the losses compare with, in memory of its own.
  package final class Batch {
    /// Number of images.
    package let count: Int
    package let classes: Int
    /// (B, channels, size, size), normalised.
    package let images: FloatBuffer
    /// (B, classes), rows summing to one.
    package let targets: FloatBuffer
    /// The teacher's class logits, (B, classes); empty without one.
    package let teacher: FloatBuffer
    /// The teacher's distillation logits, (B, classes); the class logits serve where this is empty.
    package let teacherDistillation: FloatBuffer
    /// Logits of the teacher whose most likely class is learnt, (B, classes); those above serve where this is empty.
    package let hardTeacher: FloatBuffer

    /// Which logits there is room for.
    package struct Teachers: OptionSet, Sendable {
      package let rawValue: Int

      package init(rawValue: Int) { self.rawValue = rawValue }

      package static let main = Teachers(rawValue: 1)
      package static let distillation = Teachers(rawValue: 2)
      package static let hard = Teachers(rawValue: 4)
    }

    /// Zeros, to be filled.
    ///
    /// - Parameters:
    ///   - imageFloats: Of one image.
    package init(count: Int, imageFloats: Int, classes: Int, teachers: Teachers = []) {
      self.count = count
      self.classes = classes
      images = FloatBuffer(count: count * imageFloats)
      targets = FloatBuffer(count: count * classes)
      func logits(_ teacher: Teachers) -> FloatBuffer {
        FloatBuffer(count: teachers.contains(teacher) ? count * classes : 0)
      }
      teacher = logits(.main)
      teacherDistillation = logits(.distillation)
      hardTeacher = logits(.hard)
    }

    /// Zeros for a model's images and classes.
    package convenience init(of architecture: Architecture, count: Int, teachers: Teachers = []) {
      self.init(
        count: count, imageFloats: architecture.channels * architecture.imageSize * architecture.imageSize,
        classes: architecture.classCount, teachers: teachers)
    }

    /// Grey images of every class alike, to measure the speed of a model's steps with.
    package convenience init(greyFor architecture: Architecture, count: Int) {
      self.init(of: architecture, count: count)
      images.fill(0.5)
      targets.fill(1 / Float(classes))
    }

    /// Pixels of some of the images.
    func images(_ range: Range<Int>) -> Vector {
      let floats = images.count / max(1, count)
      return images[range.lowerBound * floats..<range.upperBound * floats]
    }

    /// What one head's logits of some of the images are compared with.
    func answers(_ range: Range<Int>, head: Int) -> LogitLoss.Answers {
      func rows(_ logits: borrowing FloatBuffer) -> Matrix? {
        guard !logits.isEmpty else { return nil }
        return logits[range.lowerBound * classes..<range.upperBound * classes]
          .matrix(rows: range.count, columns: classes)
      }
      let targets = targets[range.lowerBound * classes..<range.upperBound * classes]
      return LogitLoss.Answers(
        targets: targets.matrix(rows: range.count, columns: classes),
        teacher: head == 0 ? rows(teacher) : rows(teacherDistillation) ?? rows(teacher),
        hardTeacher: rows(hardTeacher))
    }
  }
}
