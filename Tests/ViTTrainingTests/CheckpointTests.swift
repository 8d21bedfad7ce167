import TestSupport
import Testing
import TrainingTestSupport
import ViTArchitecture
import ViTFiles
import ViTTraining

@Suite struct CheckpointTests {
  private let folder = TemporaryFolder()
  private let weights = ModelWeights.lively(.small(distilled: true), seed: 1)

  private typealias Tensors = [(name: String, shape: [Int], values: [Float])]

  private var tensors: Tensors {
    weights.table.entries.map { ($0.name, $0.shape, weights.values(of: $0.name) ?? []) }
  }

  /// Writes a file that nvit would not write.
  private func write(_ tensors: Tensors, _ metadata: [String: String]) throws -> String {
    let path = folder("odd.safetensors")
    try SafeTensorsFile.write(
      tensors: tensors.map { SafeTensorsFile.NewTensor($0.name, shape: $0.shape, values: $0.values) },
      metadata: metadata, to: path)
    return path
  }

  private func expectError(
    _ parts: String..., tensors: Tensors? = nil, metadata: [String: String]? = nil, given: Architecture? = nil
  ) throws {
    let path = try write(
      tensors ?? self.tensors, metadata ?? ["architecture": weights.architecture.canonicalJSON])
    let error = #expect(throws: FileError.self) { try Checkpoint(contentsOf: path, architecture: given) }
    let text = error?.description ?? ""
    #expect((parts + [path]).allSatisfy(text.contains), "\(text)")
  }

  @Test func `What was written is read back bit for bit, with recipe and normalisation`() throws {
    var recipe = TrainingRecipe()
    recipe.epochs = 1.0 / 3
    recipe.gradientClip = 0.1
    recipe.augmentation.mixup = 0.8
    recipe.distillation = .init(teacher: "a \"teacher\".safetensors")
    let path = folder("weights.safetensors")
    var odd = weights.values(of: "cls_token") ?? []
    odd[0] = -0.0
    odd[1] = .leastNonzeroMagnitude
    odd[2] = .greatestFiniteMagnitude
    weights.setValues(of: "cls_token", to: odd)
    try Checkpoint.write(
      weights, recipe: recipe, mean: [0.1, 0.2], standardDeviation: [0.3, 0.4], extra: ["seed": "7"], to: path)
    let read = try Checkpoint(contentsOf: path)
    #expect(read.weights.architecture == weights.architecture)
    #expect(read.weights.bitPatterns == weights.bitPatterns)
    #expect(read.recipe == recipe)
    #expect(read.mean == [0.1, 0.2] && read.standardDeviation == [0.3, 0.4])
    #expect(read.metadata["seed"] == "7" && read.metadata["format"] == "pt")
    let again = folder("again.safetensors")
    try Checkpoint.write(
      read.weights, recipe: read.recipe, mean: [0.1, 0.2], standardDeviation: [0.3, 0.4], extra: ["seed": "7"],
      to: again)
    #expect(try FileContents.read(again) == FileContents.read(path))
  }

  @Test func `A file of another tool is read with the architecture that is named`() throws {
    let path = try write(tensors, [:])
    let read = try Checkpoint(contentsOf: path, architecture: weights.architecture)
    #expect(read.weights.bitPatterns == weights.bitPatterns)
    #expect(read.recipe == nil && read.mean == nil && read.standardDeviation == nil)
  }

  @Test func `Missing, unknown and wrongly shaped tensors are named`() throws {
    try expectError(
      "\"blocks.1.mlp.fc2.bias\" is missing", tensors: tensors.filter { $0.name != "blocks.1.mlp.fc2.bias" })
    try expectError("\"blocks.9.norm1.weight\"", tensors: tensors + [("blocks.9.norm1.weight", [1], [1])])
    var changed = tensors
    let index = try #require(changed.firstIndex { $0.name == "blocks.0.attn.qkv.weight" })
    let shape = changed[index].shape
    changed[index].shape = shape.reversed()
    try expectError("blocks.0.attn.qkv.weight", "\(Array(shape.reversed()))", "expected \(shape)", tensors: changed)
  }

  @Test func `Another architecture than the file's is refused`() throws {
    try expectError("architecture is not the one that was named", given: .small())
    try expectError("\"pos_embed\"", "[1, 11, 12]", "[1, 10, 12]", metadata: [:], given: .small())
  }

  @Test func `Metadata that is missing or broken is named`() throws {
    try expectError("holds no architecture", metadata: ["format": "pt"])
    try expectError("architecture in the metadata", metadata: ["architecture": "{"])
    try expectError(
      "architecture in the metadata", "image_size", metadata: ["architecture": #"{"schema":"nvit.architecture/1"}"#])
    let own = weights.architecture.canonicalJSON
    try expectError("\"recipe\"", metadata: ["architecture": own, "recipe": "{\"epochs\":\"many\"}"])
    try expectError("\"normalization\"", metadata: ["architecture": own, "normalization": "[1]"])
    try expectError(
      "metadata entry \"normalization\" is not what nvit writes: key \"standardDeviation\" is missing at the top level",
      metadata: ["architecture": own, "normalization": #"{"mean":[0,0]}"#])
  }

  @Test(arguments: [
    #"{"mean":[0.5],"standardDeviation":[1,1]}"#, #"{"mean":[0,0],"standardDeviation":[1]}"#,
    #"{"mean":[0,0],"standardDeviation":[1,0]}"#, #"{"mean":[0,0],"standardDeviation":[1,-2]}"#,
  ])
  func `A normalisation that does not fit the channels or divides by zero is refused`(text: String) throws {
    try expectError(
      "\"normalization\"", "2 channels",
      metadata: ["architecture": weights.architecture.canonicalJSON, "normalization": text])
  }

  @Test func `An architecture too large for the file is refused before memory is taken`() throws {
    var huge = Architecture.small()
    huge.embedding = 65_536
    huge.blocks = Array(repeating: .init(heads: 64, queryKey: 64, value: 64, mlpHidden: 65_536), count: 4)
    try huge.validate()
    try expectError("has shape", metadata: ["architecture": huge.canonicalJSON], given: nil)
  }

  @Test func `Tensors of another type than floating point are refused`() throws {
    let path = try write(tensors, ["architecture": weights.architecture.canonicalJSON])
    var bytes = [UInt8](try FileContents.read(path))
    // The first tensor's type in the header, F32, becomes I32.
    let place = try #require((0..<bytes.count - 5).first { Array(bytes[$0..<$0 + 5]) == Array("\"F32\"".utf8) })
    bytes[place + 1] = UInt8(ascii: "I")
    try folder.write(bytes, to: "integers.safetensors")
    let error = #expect(throws: FileError.self) { try Checkpoint(contentsOf: folder("integers.safetensors")) }
    #expect(error?.description.contains("cls_token") == true && error?.description.contains("I32") == true)
  }

  @Test func `A missing file says so`() {
    let error = #expect(throws: FileError.self) { try Checkpoint(contentsOf: folder("nothing.safetensors")) }
    #expect(error?.description.contains("nothing.safetensors") == true)
  }
}
