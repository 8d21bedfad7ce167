internal import Foundation
package import ViTKernels

/// The loss on one head's logits and its gradient, row by row in double precision: classes are few.
package enum LogitLoss {
  /// Writes d(loss)/d(logits) for `count` images and returns their summed loss, both divided by `batch`.
  ///
  /// - Parameters:
  ///   - logits: (count, classes)
  ///   - targets: (count, classes), soft targets whose rows sum to one.
  ///   - teacher: (count, classes), the teacher's logits; needed where the terms name a teacher.
  ///   - hardTeacher: (count, classes), the logits whose most likely class is meant, where they are not `teacher`.
  ///   - scratch: 2 * classes numbers.
  package static func backward(
    logits: Matrix, targets: UnsafePointer<Float>, teacher: UnsafePointer<Float>?,
    hardTeacher: UnsafePointer<Float>? = nil, terms: LossTerms.Head, temperature: Double, batch: Int, gradient: Matrix,
    scratch: UnsafeMutablePointer<Double>
  ) -> Double {
    let classes = logits.columns
    let student = scratch
    let taught = scratch + classes
    var total = 0.0
    for row in 0..<logits.rows {
      let z = logits.pointer + row * logits.stride
      let out = gradient.pointer + row * gradient.stride
      let y = targets + row * classes
      let logNorm = softmax(z, classes, temperature: 1, into: student)
      var hardClass = -1
      if terms.teacherClass != 0, let teacher = hardTeacher ?? teacher {
        hardClass = largest(teacher + row * classes, classes)
      }
      for j in 0..<classes {
        let hard = j == hardClass ? 1.0 : 0
        let weight = terms.targets * Double(y[j]) + terms.teacherClass * hard
        // A zero target takes no part, so that an infinite logit elsewhere does not turn it into NaN.
        if weight != 0 { total -= weight * (Double(z[j]) - logNorm) }
        let mass = terms.targets + (hardClass >= 0 ? terms.teacherClass : 0)
        out[j] = Float((mass * student[j] - weight) / Double(batch))
      }
      guard terms.teacherDistribution != 0, let teacher else { continue }
      let studentNorm = softmax(z, classes, temperature: temperature, into: student)
      let teacherRow = teacher + row * classes
      let teacherNorm = softmax(teacherRow, classes, temperature: temperature, into: taught)
      for j in 0..<classes {
        let logRatio =
          (Double(teacherRow[j]) / temperature - teacherNorm) - (Double(z[j]) / temperature - studentNorm)
        if taught[j] > 0 {
          total += terms.teacherDistribution * temperature * temperature * taught[j] * logRatio
        }
        out[j] += Float(terms.teacherDistribution * temperature * (student[j] - taught[j]) / Double(batch))
      }
    }
    return total / Double(batch)
  }

  /// Softmax of logits / temperature; returns the logarithm of the normaliser.
  package static func softmax(
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

  package static func largest(_ values: UnsafePointer<Float>, _ count: Int) -> Int {
    var best = 0
    for j in 1..<max(1, count) where values[j] > values[best] { best = j }
    return best
  }
}
