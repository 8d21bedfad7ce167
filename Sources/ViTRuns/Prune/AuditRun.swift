package import ViTArchitecture
internal import ViTData
internal import ViTFiles
internal import ViTKernels
package import ViTPruning

/// Measures how well saliencies foretell what a group's removal does to the loss.
package struct AuditRun: Sendable {
  package struct Settings: RunSettings, Hashable {
    /// The folder of the dense model.
    package var dense: String
    /// The JSON file to write.
    package var file: String
    package var units = UnitOptions()
    /// Images that losses are measured on.
    package var images = 1024
    /// Batches that saliencies are averaged over.
    package var batches = 64
    package var seed: UInt64 = 0
    /// Nil for every core.
    package var threads: Int?
    /// Where the data set lies, instead of where the dense model's description says.
    package var data: String?
    /// What the file of the dense model's weights does not say itself.
    package var facts = WeightsFacts()
    package var overwrite = false

    package init(dense: String, to file: String) {
      self.dense = dense
      self.file = file
    }
  }

  package let settings: Settings

  package init(_ settings: Settings) { self.settings = settings }

  /// Blocks until every group was removed once.
  ///
  /// - Throws: `FileError` when the folder is not one that a training left, or the file exists; `CancellationError`
  ///   when the observer asks to stop.
  package func run(_ observer: RunObserver = .none) throws -> SaliencyAudit {
    let threads = settings.threads ?? SystemInformation.coreCount
    let source = try PruningSource(
      folder: settings.dense, facts: settings.facts, units: settings.units, data: settings.data, threads: threads)
    _ = source.assumption.map { observer.note($0) }
    let folders = try ResultFile.prepare(settings.file, overwrite: settings.overwrite)
    defer { folders.removeEmpty() }
    let auditor = SaliencyAuditor(
      groups: source.groups, divisors: source.divisors, images: source.data.training.prefix(settings.images),
      normalization: source.normalization, threads: threads)
    let assembler = BatchAssembler(
      images: source.data.training, normalization: source.normalization, augmentation: source.recipe.augmentation,
      labelSmoothing: source.recipe.labelSmoothing, batchSize: source.recipe.batchSize, seed: settings.seed)
    let audit = try auditor.audit(
      source.weights, batches: assembler, count: settings.batches, seed: settings.seed,
      progress: observer.fractions(of: "auditing \(source.description.name)"))
    observer.finished(
      "removed \(audit.groups.count) groups, each alone, and measured the loss on \(audit.imageCount) images")
    try AtomicFile.write(try JSONDocument.text(audit, named: settings.file), to: settings.file)
    return audit
  }
}
