import Foundation
import TestSupport
import Testing
import TrainingTestSupport
import ViTArchitecture
import ViTData
import ViTLatency
import ViTNumerics
import ViTPruning
import ViTTraining

@Suite struct `A pruning run` {
  private static let images = ImageSet.striped(count: 256, noise: 96, brightness: 120, purpose: "striped images")
  private static let architecture = Architecture(
    imageSize: 8, channels: 1, patchSize: 2, classCount: 4, embedding: 16,
    blocks: Array(repeating: .init(heads: 2, queryKey: 8, value: 8, mlpHidden: 32), count: 2))
  private let dense = ModelWeights.lively(architecture, seed: 3, deviation: 0.1)

  private func settings(saliency: SaliencyKind = .taylor, emaDecay: Double? = nil) throws -> PruningSettings {
    var recipe = TrainingRecipe()
    recipe.batchSize = 32
    recipe.gradientClip = 1
    recipe.emaDecay = emaDecay
    recipe.augmentation.cropPadding = 1
    let latency = LinearLatency()
    let groups = GroupSettings(for: Self.architecture)
    var settings = PruningSettings(
      targets: try PruningTargets.resolve(
        ["0.8x", "0.6x"], dense: latency.predict(Self.architecture),
        smallest: latency.predict(groups.smallest(of: Self.architecture))),
      groups: groups, divisors: SaliencyDivisors(depth: 2), recipe: recipe)
    settings.saliency = saliency
    settings.interval = 3
    settings.groupsPerStep = 3
    return settings
  }

  private func run(_ settings: PruningSettings, threads: Int = 1) -> PruningRun {
    var run = PruningRun(
      settings: settings, images: Self.images, normalization: Normalization(of: Self.images),
      predictor: LinearLatency(), threads: threads)
    run.intervalsPerState = 2
    return run
  }

  /// What a run hands over at a target.
  private struct Handed: Equatable {
    let target: String
    let kept: KeptUnits
    let latency: Estimate
    let updates: Int
    let removedGroups: Int
    let bits: [[UInt32]]
    let architecture: Architecture

    init(_ target: ResolvedTarget, _ state: PruningState, _ latency: Estimate) {
      self.target = target.label
      kept = state.progress.kept
      self.latency = latency
      updates = state.training.updates
      removedGroups = state.progress.removedGroups
      bits = state.weights.bitPatterns
      architecture = state.weights.architecture
    }
  }

  private func snapshots(
    _ settings: PruningSettings, threads: Int = 1, from start: PruningState? = nil,
    save: @escaping (PruningState) throws -> Void = { _ in }
  ) throws -> [Handed] {
    var handed: [Handed] = []
    _ = try run(settings, threads: threads).prune(
      dense, from: start,
      PruningRun.Observer(snapshot: { handed.append(Handed($0, $1, $2)) }, save: save))
    return handed
  }

  @Test func `hands over a model below each target, which is what its kept units say`() throws {
    let before = dense.bitPatterns
    let settings = try settings()
    let handed = try snapshots(settings)
    #expect(handed.map(\.target) == ["0.8x", "0.6x"])
    for (snapshot, target) in zip(handed, settings.targets) {
      #expect(snapshot.latency.seconds <= target.seconds)
      #expect(snapshot.latency == LinearLatency().predict(snapshot.architecture))
      var expected = Self.architecture.keeping(snapshot.kept)
      expected.attentionScale = .fixed(1 / 8.0.squareRoot())
      #expect(snapshot.architecture == expected)
      // The first interval only gathers, and every removal follows a whole interval.
      #expect(snapshot.updates >= 6 && snapshot.updates % settings.interval == 0)
    }
    for list in Self.architecture.unitLists {
      #expect(Set(handed[1].kept[list]).isSubset(of: handed[0].kept[list]))
    }
    #expect(dense.bitPatterns == before)
  }

  /// Every list is a multiple of its group's size, so that each group removed took as many units.
  @Test func `counts the groups that are gone`() throws {
    let settings = try settings()
    for snapshot in try snapshots(settings) {
      let gone = Self.architecture.unitLists.map { list in
        (Self.architecture[list] - snapshot.kept[list].count) / settings.groups.size(list.kind)
      }
      #expect(snapshot.removedGroups == gone.reduce(0, +) && snapshot.removedGroups > 0)
    }
  }

  @Test(arguments: SaliencyKind.allCases)
  func `does not depend on the number of threads`(saliency: SaliencyKind) throws {
    let settings = try settings(saliency: saliency)
    #expect(try snapshots(settings, threads: 1) == snapshots(settings, threads: 2))
  }

  @Test(arguments: [SaliencyKind.taylor, .random, .hessian], [nil, 0.9])
  func `taken up at any state that was written, gives the same bits`(saliency: SaliencyKind, emaDecay: Double?) throws {
    let folder = TemporaryFolder()
    let settings = try settings(saliency: saliency, emaDecay: emaDecay)
    var states: [(reached: Int, training: String, progress: Data)] = []
    let whole = try snapshots(settings) { state in
      let path = folder("\(states.count).safetensors")
      try state.training.write(to: path)
      states.append((state.progress.reachedTargets, path, try JSONEncoder().encode(state.progress)))
    }
    #expect(states.count > 3)
    for state in states where state.reached < 2 {
      let start = PruningState(
        training: try TrainingState(contentsOf: state.training),
        progress: try JSONDecoder().decode(PruningState.Progress.self, from: state.progress))
      #expect(try snapshots(settings, from: start) == Array(whole[state.reached...]))
    }
  }

  /// A step's loss hardly changes at a learning rate of almost nothing, and an average of losses lies among them.
  @Test func `tells how far it is on the way to the last target, and the average of its losses`() throws {
    var settings = try settings()
    settings.learningRate = 1e-9
    settings.interval = 12
    var seen: [PruningRun.Progress] = []
    _ = try run(settings).prune(
      dense,
      PruningRun.Observer(progress: { progress in
        seen.append(progress)
        return true
      }))
    let from = LinearLatency().predict(Self.architecture).seconds
    let to = try #require(settings.targets.last?.seconds)
    #expect(seen.first?.fraction == 0)
    for progress in seen {
      let expected = (from - progress.latencySeconds) / (from - to)
      #expect(abs(progress.fraction - expected) < 1e-12 && progress.fraction < 1)
    }
    #expect(try #require(seen.last).fraction > 0.5)
    // The first step of an interval tells its own loss.
    let own = seen.prefix(settings.interval).map(\.loss)
    #expect(own.allSatisfy { abs($0 / own[0] - 1) < 0.2 }, "\(own)")
  }

  @Test func `says when the training diverges, and when it is asked to stop`() throws {
    var settings = try settings()
    settings.learningRate = 1e30
    settings.recipe.gradientClip = nil
    let error = #expect(throws: PruningError.self) { _ = try snapshots(settings) }
    #expect(error?.code == .diverged)
    #expect(throws: CancellationError.self) {
      _ = try run(try self.settings()).prune(dense, PruningRun.Observer(progress: { $0.updates < 5 }))
    }
  }

  @Test func `keeps multiples of 16 where it is asked to`() throws {
    var settings = try settings()
    settings.groups = GroupSettings(for: Self.architecture, sizes: [.embedding: 4], keepsMultiplesOf16: true)
    // Only hidden units can go: heads and widths are at 16 already.
    settings.targets = try PruningTargets.resolve(
      ["0.9x"], dense: LinearLatency().predict(Self.architecture),
      smallest: LinearLatency().predict(settings.groups.smallest(of: Self.architecture)))
    let handed = try snapshots(settings)
    #expect(handed.count == 1)
    for block in handed.flatMap(\.architecture.blocks) {
      #expect(block.heads * block.queryKey % 16 == 0 && block.heads * block.value % 16 == 0)
      #expect(block.mlpHidden % 16 == 0)
    }
  }

  @Test func `Random prunings for the latency model reach from the dense model to the floors`() throws {
    let groups = GroupSettings(for: Self.architecture)
    let members = try groups.members(of: Self.architecture, count: 200)
    let smallest = groups.smallest(of: Self.architecture)
    #expect(members.members.contains(smallest) && members.baselines == [Self.architecture])
    #expect(members.members.count > 150)
    for member in members.members {
      for list in Self.architecture.unitLists {
        #expect((smallest[list]...Self.architecture[list]).contains(member[list]))
        #expect(member[list] % groups.size(list.kind) == 0)
      }
    }
  }
}

@Suite struct `A pruning's settings` {
  @Test func `Settings that differ are named`() {
    let dense = Architecture.prunable()
    let one = PruningSettings(
      targets: [ResolvedTarget(label: "0.5x", seconds: 0.25)], groups: GroupSettings(for: dense),
      divisors: SaliencyDivisors(depth: 3), recipe: TrainingRecipe())
    var other = one
    #expect(one.difference(from: other) == nil)
    other.interval = 7
    #expect(one.difference(from: other)?.contains("the interval is 50, the run was started with 7") == true)
    other = one
    other.groups.floors[.heads] = 9
    #expect(one.difference(from: other)?.contains("the floor is") == true)
    other = one
    other.recipe.epochs = 7
    #expect(one.difference(from: other)?.contains("recipe") == true)
  }
}
