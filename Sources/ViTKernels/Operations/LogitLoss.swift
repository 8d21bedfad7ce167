internal import Foundation

/// The loss on one head's logits and its gradient, row by row in double precision: classes are few.
package struct LogitLoss {
  private let targets: Double
  private let teacherClass: Double
  private let teacherDistribution: Double
  private let temperature: Double
  private let batch: Double

  /// - Parameters:
  ///   - targets: Weight of the cross entropy with the (soft) targets.
  ///   - teacherClass: Weight of the cross entropy with the teacher's most likely class.
  ///   - teacherDistribution: Weight of T^2 KL(teacher || student) with both distributions at temperature T.
  ///   - batch: What loss and gradient are divided by.
  package init(targets: Double, teacherClass: Double, teacherDistribution: Double, temperature: Double, batch: Int) {
    self.targets = targets
    self.teacherClass = teacherClass
    self.teacherDistribution = teacherDistribution
    self.temperature = temperature
    self.batch = Double(batch)
  }

  /// What logits are compared with, each (rows, classes).
  package struct Answers {
    /// Soft targets whose rows sum to one.
    var targets: Matrix
    /// The teacher's logits; needed where a term names a teacher.
    var teacher: Matrix?
    /// The logits whose most likely class is meant, where they are not the teacher's.
    var hardTeacher: Matrix?

    package init(targets: Matrix, teacher: Matrix? = nil, hardTeacher: Matrix? = nil) {
      self.targets = targets
      self.teacher = teacher
      self.hardTeacher = hardTeacher
    }
  }

  /// Numbers of scratch.
  package static func scratchCount(classes: Int) -> Int { 2 * classes }

  /// Writes d(loss)/d(logits) and returns the rows' summed loss, both divided by the batch.
  ///
  /// - Parameters:
  ///   - logits: (rows, classes)
  ///   - gradient: (rows, classes)
  ///   - scratch: `scratchCount` numbers.
  package func backward(
    _ logits: Matrix, _ answers: Answers, gradient: Matrix, scratch: inout MutableSpan<Double>
  ) -> Double {
    check(answers.targets, "targets", like: logits)
    check(answers.teacher, "the teacher's logits", like: logits)
    check(answers.hardTeacher, "the hard teacher's logits", like: logits)
    check(gradient, "the gradient", like: logits)
    let classes = logits.columns
    ShapeCheck.equal(
      "LogitLoss.backward", "numbers of scratch", scratch.count, LogitLoss.scratchCount(classes: classes))
    return scratch.withUnsafeMutableBufferPointer { scratch in
      guard let student = scratch.baseAddress else { return 0 }
      return total(logits, answers, gradient, student: student, taught: student + classes)
    }
  }

  private func check(_ matrix: Matrix?, _ what: StaticString, like logits: Matrix) {
    guard let matrix else { return }
    ShapeCheck.shape("LogitLoss.backward", what, matrix, rows: logits.rows, columns: logits.columns)
  }

  private func total(
    _ logits: Matrix, _ answers: Answers, _ gradient: Matrix, student: UnsafeMutablePointer<Double>,
    taught: UnsafeMutablePointer<Double>
  ) -> Double {
    let classes = logits.columns
    var total = 0.0
    for row in 0..<logits.rows {
      let z = logits.base + row * logits.stride
      let out = gradient.base + row * gradient.stride
      let y = answers.targets.base + row * answers.targets.stride
      let logNorm = LogitLoss.softmax(z, classes, temperature: 1, into: student)
      var hardClass = -1
      if teacherClass != 0, let teacher = answers.hardTeacher ?? answers.teacher {
        hardClass = LogitLoss.largest(UnsafeBufferPointer(start: teacher.base + row * teacher.stride, count: classes))
      }
      for j in 0..<classes {
        let hard = j == hardClass ? 1.0 : 0
        let weight = targets * Double(y[j]) + teacherClass * hard
        // A zero target takes no part, so that an infinite logit elsewhere does not turn it into NaN.
        if weight != 0 { total -= weight * (Double(z[j]) - logNorm) }
        let mass = targets + (hardClass >= 0 ? teacherClass : 0)
        out[j] = Float((mass * student[j] - weight) / batch)
      }
      guard teacherDistribution != 0, let teacher = answers.teacher else { continue }
      let studentNorm = LogitLoss.softmax(z, classes, temperature: temperature, into: student)
      let teacherRow = teacher.base + row * teacher.stride
      let teacherNorm = LogitLoss.softmax(teacherRow, classes, temperature: temperature, into: taught)
      for j in 0..<classes {
        let logRatio =
          (Double(teacherRow[j]) / temperature - teacherNorm) - (Double(z[j]) / temperature - studentNorm)
        if taught[j] > 0 {
          total += teacherDistribution * temperature * temperature * taught[j] * logRatio
        }
        out[j] += Float(teacherDistribution * temperature * (student[j] - taught[j]) / batch)
      }
    }
    return total / batch
  }
}

extension LogitLoss {
  /// Softmax of logits / temperature; returns the logarithm of the normaliser.
  private static func softmax(
    _ logits: UnsafePointer<Float>, _ count: Int, temperature: Double, into result: UnsafeMutablePointer<Double>
  ) -> Double {
    var top = -Double.infinity
    for j in 0..<count { top = max(top, Double(logits[j]) / temperature) }
    var sum = 0.0
    for j in 0..<count {
      result[j] = exp(Double(logits[j]) / temperature - top)
      sum += result[j]
    }
    for j in 0..<count { result[j] /= sum }
    return top + log(sum)
  }

  /// The logarithm of softmax's normaliser, at temperature 1.
  package static func logNormalizer(_ logits: Span<Float>) -> Double {
    var top = -Double.infinity
    for j in logits.indices { top = max(top, Double(logits[j])) }
    var sum = 0.0
    for j in logits.indices { sum += exp(Double(logits[j]) - top) }
    return top + log(sum)
  }

  /// The first of the largest values' indices.
  package static func largest(_ values: Span<Float>) -> Int { values.withUnsafeBufferPointer(largest) }

  private static func largest(_ values: UnsafeBufferPointer<Float>) -> Int {
    var best = 0
    for j in 1..<max(1, values.count) where values[j] > values[best] { best = j }
    return best
  }
}
