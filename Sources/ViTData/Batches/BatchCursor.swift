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
  private let ownTable: NormalizationTable
  private let partnerTable: NormalizationTable
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
  ///   - images: The whole batch's pixels, (batchSize, channels, size, size).
  ///   - targets: The whole batch's class probabilities, (batchSize, classes); each row sums to one.
  package func assemble(
    rows: Range<Int>, images: UnsafeMutablePointer<Float>, targets: UnsafeMutablePointer<Float>
  ) {
    let set = assembler.images
    let whole = 0..<set.imageSize
    set.pixels.withUnsafeBufferPointer { pixels in
      guard let start = pixels.baseAddress else { return }
      let renderer = ImageRenderer(pixels: start, channels: set.channels, size: set.imageSize)
      for row in rows {
        let (plan, partner) = (plans[row], plans[plans.count - 1 - row])
        let image = images + row * set.imageBytes
        switch mix {
        case .none:
          renderer.write(plan, rows: whole, columns: whole, table: table, to: image)
        case .mixup:
          renderer.write(plan, rows: whole, columns: whole, table: ownTable, to: image)
          renderer.add(partner, rows: whole, columns: whole, table: partnerTable, to: image)
        case .cutmix(let box):
          renderer.write(plan, rows: whole, columns: whole, table: table, to: image)
          renderer.write(partner, rows: box.rows, columns: box.columns, table: table, to: image)
        }
        let share = mix.ownShare(size: set.imageSize)
        writeTarget(plan, partner, ownShare: share, to: targets + row * set.classCount)
      }
    }
  }

  private func writeTarget(
    _ plan: ImagePlan, _ partner: ImagePlan, ownShare: Double, to target: UnsafeMutablePointer<Float>
  ) {
    let set = assembler.images
    target.update(repeating: Float(assembler.labelSmoothing / Double(set.classCount)), count: set.classCount)
    let labelled = 1 - assembler.labelSmoothing
    target[Int(set.labels[plan.image])] += Float(labelled * ownShare)
    target[Int(set.labels[partner.image])] += Float(labelled * (1 - ownShare))
  }
}
