import Testing
import TrainingTestSupport
import ViTArchitecture
import ViTData
import ViTNumerics
import ViTPruning
import ViTTraining

@Suite struct `Audit of saliencies` {
  @Test func `On a trained model the Taylor saliency foretells loss changes better than chance`()
    throws
  {
    let images = ImageSet.striped(count: 512, noise: 96, brightness: 120, purpose: "striped images")
    var recipe = TrainingRecipe()
    recipe.epochs = 30
    recipe.batchSize = 32
    recipe.learningRate = 3e-3
    recipe.weightDecay = 0.01
    let architecture = Architecture(
      imageSize: 8, channels: 1, patchSize: 2, classCount: 4, embedding: 16,
      blocks: Array(repeating: .init(heads: 2, queryKey: 4, value: 4, mlpHidden: 24), count: 3))
    let trainer = Trainer(recipe: recipe, images: images, normalization: Normalization(of: images), threads: 2)
    let weights = try trainer.train(.init(architecture, seed: 1)) { _ in true }.weights
    let auditor = SaliencyAuditor(
      groups: GroupSettings(for: architecture), divisors: SaliencyDivisors(depth: 3), images: images,
      normalization: trainer.normalization, threads: 2)
    let assembler = BatchAssembler(
      images: images, normalization: trainer.normalization, augmentation: .init(), labelSmoothing: 0, batchSize: 32,
      seed: 1)
    let audit = try auditor.audit(weights, batches: assembler, count: 16, seed: 1)
    func overall(_ saliency: SaliencyKind) throws -> SaliencyAudit.Correlation {
      try #require(audit.correlations.first { $0.saliency == saliency && $0.kind == nil })
    }
    let (taylor, random) = (try overall(.taylor), try overall(.random))
    let (best, chance) = (try #require(taylor.spearman?.value), try #require(random.spearman?.value))
    #expect(best > chance)
    #expect(taylor.count == audit.groups.count)
    #expect(try #require(taylor.spearman?.interval).contains(best))
    // Every unit is in one group.
    let layout = UnitLayout(architecture)
    #expect(audit.groups.reduce(0) { $0 + $1.units.count } == layout.unitCount)
    // Removing what the model computes with raises the loss on the whole.
    #expect(audit.groups.reduce(0) { $0 + $1.lossChange } > 0)
  }
}
