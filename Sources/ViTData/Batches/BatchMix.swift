internal import ViTArchitecture
internal import ViTNumerics

/// How the images of a batch are blended with their partners in the mirrored rows: one draw for the whole batch.
enum BatchMix {
  case none
  /// Each image times `share` plus its partner times the rest. Zhang et al. 2018.
  case mixup(share: Double)
  /// A box of each image replaced by its partner's. Yun et al. 2019.
  case cutmix(Box)

  struct Box {
    let rows: Range<Int>
    let columns: Range<Int>
  }

  /// - Parameter size: Side of the images, in pixels.
  init(augmentation: TrainingRecipe.Augmentation, size: Int, seed: UInt64, step: Int) {
    var random = CounterRandom(seed: seed, purpose: "mix", stream: UInt64(step))
    let (mixup, cutmix) = (augmentation.mixup, augmentation.cutmix)
    if cutmix > 0, mixup == 0 || random.uniform() < 0.5 {
      let share = random.beta(cutmix, cutmix)
      let half = Int(Double(size) * (1 - share).squareRoot()) / 2
      func side() -> Range<Int> {
        let center = random.integer(below: size)
        return max(center - half, 0)..<min(center + half, size)
      }
      let rows = side()
      self = .cutmix(Box(rows: rows, columns: side()))
    } else if mixup > 0 {
      self = .mixup(share: random.beta(mixup, mixup))
    } else {
      self = .none
    }
  }

  /// The weight of an image's own label: for CutMix, the share of the area that is left after clipping the box.
  func ownShare(size: Int) -> Double {
    switch self {
    case .none: 1
    case .mixup(let share): share
    case .cutmix(let box): 1 - Double(box.rows.count * box.columns.count) / Double(size * size)
    }
  }
}
