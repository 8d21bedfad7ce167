internal import Foundation
internal import TestSupport
internal import ViTArchitecture
internal import ViTData
internal import ViTFiles
internal import ViTLatency
internal import ViTNumerics
internal import ViTPruning
internal import ViTRuns
internal import ViTSearch
internal import ViTTraining

extension ReaderTrial {
  /// Reads the bytes by the ways that commands take.
  func read(_ bytes: [UInt8]) throws {
    switch reader {
    case .document: try readDocument(bytes)
    case .architecture: _ = try Architecture(contentsOf: file("model.json", bytes))
    case .latency: try readLatency(bytes)
    case .latencyCSV: try importTable(file("table.csv", bytes), monotone: bytes.count.isMultiple(of: 2))
    case .latencyNested: try importTable(file("table.json", bytes), monotone: bytes.count.isMultiple(of: 2))
    case .safetensors: try readTensors(bytes)
    case .checkpoint: try readCheckpoint(bytes)
    case .idx: try readIDX(bytes)
    case .cifar: try readCIFAR(bytes)
    case .gzip: _ = try Gzip.read(file("data.gz", bytes), limit: 1 << 20, allowsPlain: bytes.count.isMultiple(of: 2))
    case .study, .resume, .recover, .log: try readStudy(bytes)
    case .family: try readFamily(bytes)
    case .finetuned:
      _ = try file("finetuned.json", bytes)
      _ = try FinetunedFamily.read(inFolder: folder.path)
    case .training: try readTraining(bytes)
    case .front: _ = try FrontDocument(contentsOf: file("pareto.json", bytes))
    case .provenance: _ = try Provenance.read(path: file("provenance.json", bytes))
    case .argument: try readArgument(String(decoding: bytes, as: UTF8.self))
    }
  }

  /// Writes a file over what was there. Returns its path.
  func file(_ name: String, _ bytes: [UInt8]) throws -> String {
    let path = folder(name)
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw FileError(.cannotCreate, path: path, errno: errno) }
    defer { close(descriptor) }
    guard write(descriptor, bytes, bytes.count) == bytes.count else {
      throw FileError(.cannotWrite, path: path, errno: errno)
    }
    return path
  }

  private func readDocument(_ bytes: [UInt8]) throws {
    let path = try file("space.yaml", bytes)
    let check = DocumentCheck(of: path)
    if let problem = check.problem { throw problem }
    let space = try SearchSpace(contentsOf: path)
    // Commands look for what predicts a member's latency; here only the member itself is of interest.
    _ = try space.rule.architecture(at: space.rule.middle)
  }

  private func readLatency(_ bytes: [UInt8]) throws {
    let latency = try LatencyFile(contentsOf: file("latency.json", bytes))
    _ = try latency.predict(
      Architecture(
        imageSize: 28, channels: 1, patchSize: 14, classCount: 10, embedding: 16,
        blocks: Array(repeating: .init(heads: 1, queryKey: 4, value: 8, mlpHidden: 32), count: 2)))
  }

  private func importTable(_ path: String, monotone: Bool) throws {
    var settings = LatencyImport.Settings(table: path, device: "any", batchSize: 4, to: folder("imported/latency.json"))
    settings.isMonotone = monotone
    settings.overwrite = true
    let outcome = try LatencyImport(settings).run()
    guard case .table = try LatencyFile(contentsOf: outcome.path) else {
      throw RunError(.badSettings, "what was imported is no table")
    }
  }

  private func readTensors(_ bytes: [UInt8]) throws {
    let file = try SafeTensorsFile(contentsOf: file("tensors.safetensors", bytes))
    _ = try SparsityPattern.twoOfFour.check(file)
    for tensor in file.tensors { _ = try file.floats(tensor.name) }
  }

  private func readCheckpoint(_ bytes: [UInt8]) throws {
    let path = try file("weights.safetensors", bytes)
    // Each reader is asked, whatever the others say; one that accepts is enough.
    do {
      _ = try Checkpoint(contentsOf: path)
    } catch {
      if (try? TrainingState(contentsOf: path)) != nil { return }
      _ = try Teacher(contentsOf: path)
      throw error
    }
  }

  /// Two bytes say how many of the following are the labels' file; the rest is the images'.
  private func readIDX(_ bytes: [UInt8]) throws {
    let labelCount = bytes.count < 2 ? 0 : min(Int(bytes[0]) | Int(bytes[1]) << 8, bytes.count - 2)
    let labels = Array(bytes.dropFirst(2).prefix(labelCount))
    let images = Array(bytes.dropFirst(2 + labelCount))
    for part in ["train", "t10k"] {
      _ = try file("\(part)-labels-idx1-ubyte", labels)
      _ = try file("\(part)-images-idx3-ubyte", images)
    }
    _ = try Dataset(DatasetSpecification(format: .idx, path: folder.path, validationCount: 1), classes: 10)
  }

  /// The first byte says which of the two formats.
  private func readCIFAR(_ bytes: [UInt8]) throws {
    let content = Array(bytes.dropFirst())
    let isTen = (bytes.first ?? 0).isMultiple(of: 2)
    let names = isTen ? (1...5).map { "data_batch_\($0).bin" } + ["test_batch.bin"] : ["train.bin", "test.bin"]
    for name in names { _ = try file(name, content) }
    _ = try Dataset(
      DatasetSpecification(format: isTen ? .cifar10 : .cifar100, path: folder.path, validationCount: 1),
      classes: isTen ? 10 : 100)
  }

  private func readFamily(_ bytes: [UInt8]) throws {
    _ = try file("family.json", bytes)
    let family = try PrunedFamily.read(folder: folder.path)
    // Mining takes time that grows with the blocks; large families would be slow, not wrong.
    guard family.snapshots.reduce(0, { $0 + $1.model.architecture.depth }) <= 32 else { return }
    var settings = MineRun.Settings(families: [folder.path], to: folder("mined.yaml"))
    settings.replicates = 20
    settings.overwrite = true
    _ = try MineRun(settings).run()
  }

  private func readTraining(_ bytes: [UInt8]) throws {
    _ = try file("training.json", bytes)
    // Reads the description, and then misses the weights.
    do {
      _ = try AuditRun(AuditRun.Settings(dense: folder.path, to: folder("audit.json"))).run()
    } catch let error as FileError where error.path.hasSuffix("weights.safetensors") && error.code == .notFound {
      return
    }
  }

  /// What reads a number gives a finite one or none.
  private func readArgument(_ text: String) throws {
    struct Unfit: Error { var reason: String }
    let numbers = [
      NumberText.number(text), NumberText.share(text), NumberText.count(text), NumberText.seconds(text),
    ].compactMap(\.self)
    guard numbers.allSatisfy(\.isFinite) else { throw Unfit(reason: "a number that is not finite") }
    guard let rule = ReaderTrial.rule else { throw Unfit(reason: "the rule cannot be read") }
    let target = LatencyTarget(text)
    _ = ResolvedTarget.slug(text)
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    let value = OpenNumberValue(path: parts[0], text: parts.count == 2 ? parts[1] : "")
    do {
      _ = try OpenNumberValue.point(of: rule, with: [value])
    } catch {
      if numbers.isEmpty, target == nil { throw error }
    }
  }

  /// A rule with open numbers of several kinds.
  private static let rule = try? SearchSpace(
    parsing: """
      nvit: 1
      name: open
      architecture: {image-size: 28, channels: 1, patch-size: 14, classes: 10, depth: {from: 2, through: 6}, embedding: {choices: [8, 16]}}
      rule: {heads: {choices: [1, 2]}, query-key: 4, value: 8, mlp-hidden: {base: {from: 1E, through: 4E}}}

      """, path: "open.yaml"
  ).rule
}
