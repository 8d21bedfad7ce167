internal import ArgumentParser
internal import Foundation
internal import ViTArchitecture
internal import ViTData
internal import ViTFiles
internal import ViTNumerics
internal import ViTPruning
internal import ViTReport

/// `nvit prune --audit`: how well saliencies foretell what a group's removal does to the loss.
struct AuditJob {
  private let options: PruneCommand

  init(_ options: PruneCommand) { self.options = options }

  func run() throws {
    let source = try PruningSource(options)
    let folders = try ResultFile.prepare(options.to, overwrite: options.overwrite)
    defer { folders.removeEmpty() }
    let images = source.data.training.prefix(options.auditImages)
    let auditor = SaliencyAuditor(
      groups: source.groups, divisors: source.divisors, images: images, normalization: source.normalization,
      threads: options.threads.count)
    let assembler = BatchAssembler(
      images: source.data.training, normalization: source.normalization, augmentation: source.recipe.augmentation,
      labelSmoothing: source.recipe.labelSmoothing, batchSize: source.recipe.batchSize, seed: options.seed)
    let bar = ProgressBar("auditing \(source.description.name)")
    let audit = try auditor.audit(
      source.weights, batches: assembler, count: options.auditBatches, seed: options.seed
    ) { fraction in
      bar.update(fraction)
      return !Interruption.isRequested
    }
    bar.finish("removed \(audit.groups.count) groups, each alone, and measured the loss on \(audit.imageCount) images")
    try AtomicFile.write(try JSONDocument.text(audit, named: options.to), to: options.to)
    if options.json { try JSONOutput.print(audit.correlations) } else { show(audit) }
  }

  private func show(_ audit: SaliencyAudit) {
    let columns = [("all", nil)] + UnitKind.allCases.map { ($0.rawValue, $0) } as [(String, UnitKind?)]
    var rows = [["Spearman"] + columns.map(\.0)]
    for saliency in SaliencyKind.allCases {
      rows.append(
        [saliency.rawValue]
          + columns.map { _, kind in
            audit.correlations.first { $0.saliency == saliency && $0.kind == kind }?.spearman?
              .bracketed { ReadableNumber.fixed($0, decimals: 2) } ?? "–"
          })
    }
    print(TextTable.lines(rows))
    print("intervals hold the middle 95% of bootstrap samples; written to \(options.to)")
  }
}
