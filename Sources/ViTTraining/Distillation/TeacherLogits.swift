internal import ViTArchitecture
package import ViTData
internal import ViTKernels

/// A teacher's logits of all images of a training split, in the order of the split: after validation images and the
/// training limit have been taken off, as `Dataset.training` holds them.
package struct TeacherLogits: Sendable {
  package let imageCount: Int
  package let classCount: Int
  /// Of the class head, or of a model with one output. (images, classes), row-major
  package let logits: [Float]
  /// Of the distillation head, where the teacher has one. (images, classes)
  package let distillationLogits: [Float]?
  /// `ImageSet.digest` of the images.
  package let imagesDigest: String
  /// Where the logits come from: the split, its seed, the teacher's file.
  package let origin: [String: String]

  /// - Parameters:
  ///   - logits: (images, classes), finite; as many values in `distillationLogits`.
  ///   - origin: Metadata of the file, under other keys than those of the format.
  package init(
    imageCount: Int, classCount: Int, logits: [Float], distillationLogits: [Float]?, imagesDigest: String,
    origin: [String: String]
  ) {
    precondition(
      [logits, distillationLogits ?? logits].allSatisfy { $0.count == imageCount * classCount },
      "logits do not match images and classes")
    self.imageCount = imageCount
    self.classCount = classCount
    self.logits = logits
    self.distillationLogits = distillationLogits
    self.imagesDigest = imagesDigest
    self.origin = origin
  }

  /// Asks a model about images as they are.
  ///
  /// - Parameters:
  ///   - images: Of the model's size and channels.
  ///   - threads: At least 1.
  package init(
    of weights: ModelWeights, on images: ImageSet, normalization: Normalization, threads: Int,
    origin: [String: String] = [:]
  ) {
    let classes = weights.architecture.classCount
    let hasTwoHeads = weights.architecture.hasDistillationToken
    var (first, second) = ([Float](), [Float]())
    let pass = EvaluationPass(of: weights, on: images, normalization: normalization, threads: threads)
    pass.forEachBatch(separatesHeads: hasTwoHeads) { _, logits, distillationLogits in
      first += logits.values
      second += distillationLogits.values
    }
    self.init(
      imageCount: images.count, classCount: classes, logits: first, distillationLogits: hasTwoHeads ? second : nil,
      imagesDigest: images.digest, origin: origin)
  }

  /// The logits that answer where one output is asked for: the mean of both heads', as at inference.
  func value(image: Int, class index: Int) -> Float {
    let place = image * classCount + index
    guard let distillationLogits else { return logits[place] }
    return 0.5 * (logits[place] + distillationLogits[place])
  }

  /// - Throws: `TrainerError` when the logits are not those of `images`.
  func check(against images: ImageSet, isMixed: Bool, name: String) throws(TrainerError) {
    guard classCount == images.classCount else {
      throw TrainerError("the \(name)'s number of classes is \(classCount), but the data set has \(images.classCount)")
    }
    guard imageCount == images.count else {
      throw TrainerError(
        "the \(name)'s logits are of \(imageCount) images, but the training split has \(images.count)" + made)
    }
    guard imagesDigest == images.digest else {
      throw TrainerError(
        """
        the \(name)'s logits are of other images than the training split, or of another order: digest \
        \(imagesDigest.prefix(12))…, expected \(images.digest.prefix(12))…\(made)
        """)
    }
    guard !isMixed else {
      throw TrainerError(
        """
        the \(name) is a file of logits of whole images, but the recipe mixes images; expected augmentation.mixup: 0 \
        and augmentation.cutmix: 0, or a teacher's weights
        """)
    }
  }

  private var made: String {
    guard let split = origin["split"], let seed = origin["split_seed"] else { return "" }
    return "; the file is of the \(split) split with seed \(seed)"
  }
}
