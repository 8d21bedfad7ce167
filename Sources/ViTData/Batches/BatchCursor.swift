/// Makes the batches of a trial, one step after another or in any order.
///
/// After the first step of an epoch, neither `prepare` nor `assemble` allocates memory.
///
/// `@unchecked Sendable`: `prepare` is the only function that changes anything, and its caller lets no `assemble` run
/// at the same time.
package final class BatchCursor: @unchecked Sendable {
  private let assembler: BatchAssembler
  private let order: EpochOrder
  private let table: NormalizationTable
  /// Products of the table with mixup's weights of an image and of its partner.
  private var ownTable: NormalizationTable
  private var partnerTable: NormalizationTable
  private var plans: [ImagePlan]
  private var mix = BatchMix.none

  package init(_ assembler: BatchAssembler) {
    self.assembler = assembler
    order = EpochOrder(count: assembler.images.count, seed: assembler.seed)
    table = NormalizationTable(assembler.normalization)
    ownTable = NormalizationTable(assembler.normalization)
    partnerTable = NormalizationTable(assembler.normalization)
    plans = Array(repeating: ImagePlan(image: 0), count: assembler.batchSize)
  }

  /// Chooses the images of a step and what happens to them; must return before `assemble` is called for the step.
  ///
  /// - Parameter step: Counted from 0 over all epochs.
  package func prepare(step: Int) {
    let size = assembler.images.imageSize
    let (epoch, batch) = step.quotientAndRemainder(dividingBy: assembler.stepsPerEpoch)
    order.prepare(epoch: epoch)
    for row in plans.indices {
      plans[row] = ImagePlan(
        image: order[(batch * assembler.batchSize + row) % assembler.images.count], size: size,
        augmentation: assembler.augmentation, seed: assembler.seed,
        stream: UInt64(step) * UInt64(assembler.batchSize) + UInt64(row))
    }
    mix = BatchMix(augmentation: assembler.augmentation, size: size, seed: assembler.seed, step: step)
    if case .mixup(let share) = mix {
      ownTable.set(to: table, times: share)
      partnerTable.set(to: table, times: 1 - share)
    }
  }

  /// The image in a row of the prepared batch, as an index in the set; its partner is not counted.
  package func image(row: Int) -> Int { plans[row].image }

  /// Writes some rows of the prepared batch; may run at the same time for disjoint rows.
  ///
  /// - Parameters:
  ///   - rows: Within 0..<batchSize.
  ///   - images: The rows' pixels, (rows, channels, size, size).
  ///   - targets: The rows' class probabilities, (rows, classes); each row sums to one.
  package func assemble(rows: Range<Int>, images: inout MutableSpan<Float>, targets: inout MutableSpan<Float>) {
    let set = assembler.images
    precondition(images.count == rows.count * set.imageBytes, "no room for the pixels of \(rows.count) images")
    precondition(targets.count == rows.count * set.classCount, "no room for the targets of \(rows.count) images")
    let renderer = ImageRenderer(set)
    let whole = renderer.whole
    for (place, row) in rows.enumerated() {
      let (plan, partner) = (plans[row], plans[plans.count - 1 - row])
      switch mix {
      case .none:
        renderer.write(plan, whole, table, to: &images, at: place)
      case .mixup:
        renderer.write(plan, whole, ownTable, to: &images, at: place)
        renderer.add(partner, whole, partnerTable, to: &images, at: place)
      case .cutmix(let box):
        renderer.write(plan, whole, table, to: &images, at: place)
        renderer.write(partner, box, table, to: &images, at: place)
      }
      let share = mix.ownShare(size: set.imageSize)
      writeTarget(plan, partner, ownShare: share, to: &targets, at: place * set.classCount)
    }
  }

  private func writeTarget(
    _ plan: ImagePlan, _ partner: ImagePlan, ownShare: Double, to targets: inout MutableSpan<Float>, at start: Int
  ) {
    let set = assembler.images
    let background = Float(assembler.labelSmoothing / Double(set.classCount))
    for index in start..<start + set.classCount { targets[index] = background }
    let labelled = 1 - assembler.labelSmoothing
    targets[start + Int(set.labels[plan.image])] += Float(labelled * ownShare)
    targets[start + Int(set.labels[partner.image])] += Float(labelled * (1 - ownShare))
  }
}
