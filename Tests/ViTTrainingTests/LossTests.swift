import Testing
import ViTArchitecture
import ViTKernels
import ViTNumerics
import ViTTraining

@Suite struct LossTests {
  /// Runs one batch of logits through the loss.
  private func run(
    _ logits: [[Float]], targets: [[Float]], teacher: [[Float]]? = nil, _ terms: LossTerms.Head,
    temperature: Double = 1
  ) -> (loss: Double, gradient: [[Float]]) {
    let (count, classes) = (logits.count, logits[0].count)
    let stride = Matrix.paddedStride(classes)
    let input = FloatBuffer(count: count * stride)
    let output = FloatBuffer(count: count * stride)
    let matrix = input.vector.matrix(rows: count, columns: classes, stride: stride)
    let gradient = output.vector.matrix(rows: count, columns: classes, stride: stride)
    for row in 0..<count { matrix.row(row).copy(from: logits[row]) }
    let wanted = FloatBuffer(targets.flatMap { $0 })
    let taught = FloatBuffer((teacher ?? []).flatMap { $0 })
    let answers = LogitLoss.Answers(
      targets: wanted.vector.matrix(rows: count, columns: classes),
      teacher: taught.isEmpty ? nil : taught.vector.matrix(rows: count, columns: classes))
    let scratch = DoubleBuffer(count: LogitLoss.scratchCount(classes: classes))
    scratch.fill(.nan)
    let loss = scratch.withMutableSpan(of: 0..<scratch.count) { scratch in
      LossTerms(classHead: terms, temperature: temperature).loss(head: 0, batch: count).backward(
        matrix, answers, gradient: gradient, scratch: &scratch)
    }
    return (loss, (0..<count).map { row in (0..<classes).map { gradient[row, $0] } })
  }

  @Test func `Cross entropy of even logits is the logarithm of the number of classes`() {
    let (loss, gradient) = run([[2, 2, 2, 2]], targets: [[0, 1, 0, 0]], .init(targets: 1))
    #expect(abs(loss - Logarithm.natural(4)) < 1e-15)
    #expect(gradient == [[0.25, -0.75, 0.25, 0.25]])
  }

  @Test func `Cross entropy with smoothing equals what is computed by hand`() {
    // Softmax of (ln 1, ln 2, ln 5) is (1, 2, 5) / 8; smoothing 0.3 over three classes leaves 0.8 and 0.1.
    let logits = [1, 2, 5].map { Float(Logarithm.natural($0)) }
    let (loss, gradient) = run([logits], targets: [[0.1, 0.1, 0.8]], .init(targets: 1))
    let expected = -(0.1 * Logarithm.natural(1.0 / 8) + 0.1 * Logarithm.natural(0.25) + 0.8 * Logarithm.natural(0.625))
    // Logits and targets are rounded to float32: 6e-8 of numbers up to 2.
    #expect(abs(loss - expected) < 3e-7)
    for (found, wanted) in zip(gradient[0], [0.125 - 0.1, 0.25 - 0.1, 0.625 - 0.8]) {
      #expect(abs(Double(found) - wanted) < 1.2e-7)
    }
  }

  @Test func `Hard distillation is the cross entropy with the teacher's first most likely class`() {
    let (loss, gradient) = run(
      [[0, 0]], targets: [[1, 0]], teacher: [[3, 3]], .init(teacherClass: 0.5))
    #expect(abs(loss - 0.5 * Logarithm.natural(2)) < 1e-15)
    #expect(gradient == [[-0.25, 0.25]])
  }

  @Test func `Soft distillation is T squared times the divergence at temperature T`() {
    // At temperature 2, the teacher's (2 ln 3, 0) is (3/4, 1/4) and the student's (0, 0) is (1/2, 1/2).
    let (loss, gradient) = run(
      [[0, 0]], targets: [[1, 0]], teacher: [[Float(2 * Logarithm.natural(3)), 0]], .init(teacherDistribution: 1),
      temperature: 2)
    let divergence = 0.75 * Logarithm.natural(1.5) + 0.25 * Logarithm.natural(0.5)
    #expect(abs(loss - 4 * divergence) < 1e-6)
    // T (student - teacher).
    #expect(abs(gradient[0][0] + 0.5) < 1e-6 && abs(gradient[0][1] - 0.5) < 1e-6)
    let same = run(
      [[1, -2]], targets: [[1, 0]], teacher: [[1, -2]], .init(teacherDistribution: 1), temperature: 2)
    #expect(same.loss == 0 && same.gradient == [[0, 0]])
  }

  private static let terms: [(LossTerms.Head, Double)] = [
    (LossTerms.Head(targets: 1), 1), (LossTerms.Head(teacherClass: 0.7), 1),
    (LossTerms.Head(teacherDistribution: 1), 3),
    (LossTerms.Head(targets: 0.4, teacherClass: 0.5, teacherDistribution: 0.3), 2),
  ]

  @Test(arguments: terms)
  func `Gradients equal central differences of the definitions`(terms: LossTerms.Head, temperature: Double) {
    var random = CounterRandom(seed: 1, purpose: "losses")
    func numbers() -> [[Float]] { (0..<3).map { _ in (0..<6).map { _ in Float(2 * random.gaussian()) } } }
    let (logits, teacher) = (numbers(), numbers())
    let targets: [[Float]] = [
      [0, 1, 0, 0, 0, 0], [0.5, 0, 0.25, 0, 0, 0.25], [0.125, 0.125, 0.25, 0.25, 0.125, 0.125],
    ]
    let (loss, gradient) = run(logits, targets: targets, teacher: teacher, terms, temperature: temperature)
    func rowLoss(_ row: Int, _ logits: [Double]) -> Double {
      ReferenceLoss.loss(logits, targets[row].map(Double.init), teacher[row].map(Double.init), terms, temperature) / 3
    }
    let expected = (0..<3).reduce(0) { $0 + rowLoss($1, logits[$1].map(Double.init)) }
    #expect(abs(loss / expected - 1) < 1e-12)
    for row in 0..<3 {
      for column in 0..<6 {
        let step = 1e-5
        var (up, down) = (logits[row].map(Double.init), logits[row].map(Double.init))
        up[column] += step
        down[column] -= step
        let difference = (rowLoss(row, up) - rowLoss(row, down)) / (2 * step)
        // Two float32 roundings of numbers of at most 3.
        #expect(abs(Double(gradient[row][column]) - difference) < 4e-7)
      }
    }
  }

  @Test(arguments: [Float.nan, .infinity])
  func `A logit that is not finite makes the loss so`(value: Float) {
    for column in 0..<3 {
      var logits: [Float] = [0.5, -1, 2]
      logits[column] = value
      for terms in [LossTerms.Head(targets: 1), .init(teacherClass: 1), .init(teacherDistribution: 1)] {
        let result = run([logits], targets: [[0, 1, 0]], teacher: [[0, 1, 2]], terms)
        #expect(!result.loss.isFinite)
      }
    }
  }

  @Test func `A recipe's terms go to the heads that learn from them`() {
    var recipe = TrainingRecipe()
    #expect(LossTerms(recipe, hasDistillationToken: false) == LossTerms(classHead: .init(targets: 1)))
    #expect(
      LossTerms(recipe, hasDistillationToken: true)
        == LossTerms(classHead: .init(targets: 0.5), distillationHead: .init(targets: 0.5)))
    var distillation = TrainingRecipe.Distillation(teacher: "teacher.safetensors")
    distillation.weight = 0.25
    recipe.distillation = distillation
    #expect(
      LossTerms(recipe, hasDistillationToken: true)
        == LossTerms(classHead: .init(targets: 0.75), distillationHead: .init(teacherClass: 0.25)))
    recipe.distillation?.kind = .soft
    recipe.distillation?.temperature = 3
    #expect(
      LossTerms(recipe, hasDistillationToken: false)
        == LossTerms(classHead: .init(targets: 0.75, teacherDistribution: 0.25), temperature: 3))
    #expect(LossTerms(recipe, hasDistillationToken: false).needsTeacher)
  }

  @Test func `The paper's loss weighs the same with and without a distillation token`() {
    func terms(_ hard: Double, _ token: Bool) -> LossTerms {
      LossTerms(hardWeight: hard, fullModelWeight: 3, temperature: 2, hasDistillationToken: token)
    }
    #expect(
      terms(0.25, false)
        == LossTerms(
          classHead: .init(targets: 0.75, teacherClass: 0.25, teacherDistribution: 3), temperature: 2))
    #expect(
      terms(0.25, true)
        == LossTerms(
          classHead: .init(targets: 0.75, teacherDistribution: 1.5),
          distillationHead: .init(teacherClass: 0.25, teacherDistribution: 1.5), temperature: 2))
    // Without a hard teacher both heads learn from the labels, as in a recipe without distillation.
    #expect(
      terms(0, true)
        == LossTerms(
          classHead: .init(targets: 0.5, teacherDistribution: 1.5),
          distillationHead: .init(targets: 0.5, teacherDistribution: 1.5), temperature: 2))
  }
}
