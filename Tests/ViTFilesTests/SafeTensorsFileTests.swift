import Foundation
import TestSupport
import Testing
import ViTFiles

@Suite struct `Safetensors files` {
  /// Written by the Python package safetensors 0.8.0.
  private static let python = """
    wAEAAAAAAAB7Il9fbWV0YWRhdGFfXyI6eyJub3RlIjoiw7xcblwicVwiXHUwMDAx8J+YgCJ9LCJpIjp7ImR0eXBlIjoiSTY0Iiwic2hhcGUiOlsxXSwi\
    ZGF0YV9vZmZzZXRzIjpbMCw4XX0sImQiOnsiZHR5cGUiOiJGNjQiLCJzaGFwZSI6WzEsMV0sImRhdGFfb2Zmc2V0cyI6WzgsMTZdfSwiYSI6eyJkdHlw\
    ZSI6IkYzMiIsInNoYXBlIjpbMl0sImRhdGFfb2Zmc2V0cyI6WzE2LDI0XX0sImVtcHR5Ijp7ImR0eXBlIjoiRjMyIiwic2hhcGUiOlswLDNdLCJkYXRh\
    X29mZnNldHMiOlsyNCwyNF19LCJzY2FsYXIiOnsiZHR5cGUiOiJGMzIiLCJzaGFwZSI6W10sImRhdGFfb2Zmc2V0cyI6WzI0LDI4XX0sImMiOnsiZHR5\
    cGUiOiJCRjE2Iiwic2hhcGUiOlsyXSwiZGF0YV9vZmZzZXRzIjpbMjgsMzJdfSwiYiI6eyJkdHlwZSI6IkYxNiIsInNoYXBlIjpbMiwyXSwiZGF0YV9v\
    ZmZzZXRzIjpbMzIsNDBdfX0gICAgBwAAAAAAAAAAAAAAAAAEQAAAUEBvEoO6AACAQIA/ScAAPgDAADT/ew==
    """

  @Test func `What the Python package wrote is read`() throws {
    let folder = TemporaryFolder()
    let bytes = try #require(Data(base64Encoded: Self.python))
    let file = try SafeTensorsFile(contentsOf: try folder.write(Array(bytes), to: "python.safetensors"))
    #expect(file.metadata == ["note": "ü\n\"q\"\u{1}😀"])
    #expect(file.tensors.map(\.name) == ["i", "d", "a", "empty", "scalar", "c", "b"])
    #expect(file.tensor(named: "b")?.shape == [2, 2])
    #expect(file.tensor(named: "c")?.dataType == .bfloat16)
    #expect(try file.floats("a") == [3.25, -1e-3])
    #expect(try file.floats("b") == [1.5, -2, 0.25, 65504])
    #expect(try file.floats("c") == [1, -3.140625])
    #expect(try file.floats("d") == [2.5])
    #expect(try file.floats("empty") == [])
    #expect(try file.floats("scalar") == [4])
    let integers = #expect(throws: FileError.self) { try file.floats("i") }
    #expect(integers?.reason == "tensor \"i\" has the dtype I64, expected F32, F64, F16 or BF16")
    let missing = #expect(throws: FileError.self) { try file.floats("z") }
    #expect(missing?.reason == "tensor \"z\" is missing")
  }

  @Test func `What is written is read back, with every value bit for bit`() throws {
    let folder = TemporaryFolder()
    let values: [Float] = [0, -0.0, 1, -2.5, .leastNonzeroMagnitude, .greatestFiniteMagnitude, .infinity, .nan]
    let metadata = ["architecture": "{\"depth\":12}", "tab\tand \\": "ü😀\u{7f}"]
    try SafeTensorsFile.write(
      tensors: [
        .init("z.weight", shape: [2, 4], values: values), .init("a \"quoted\"", shape: [], values: [values[3]]),
        .init("empty", shape: [3, 0], values: []),
      ],
      metadata: metadata, to: folder("x.safetensors"))
    let file = try SafeTensorsFile(contentsOf: folder("x.safetensors"))
    #expect(file.metadata == metadata)
    #expect(file.tensors.map(\.name) == ["z.weight", "a \"quoted\"", "empty"])
    #expect(file.tensors.map(\.shape) == [[2, 4], [], [3, 0]])
    #expect(file.tensors.map(\.byteRange) == [0..<32, 32..<36, 36..<36])
    #expect(try file.floats("z.weight").map(\.bitPattern) == values.map(\.bitPattern))
    #expect(try file.floats("a \"quoted\"") == [-2.5])
    #expect(try FileContents.read(folder("x.safetensors")).prefix(8).first.map { $0 % 8 } == 0)
  }

  @Test func `A tensor with more or fewer values than its shape has elements is not written`() async {
    await #expect(processExitsWith: .failure) {
      let folder = TemporaryFolder()
      try SafeTensorsFile.write(
        tensors: [.init("a", shape: [1, 2], values: [1, 1, 1])], metadata: [:], to: folder("x.safetensors"))
    }
  }

  @Test func `Tensors may start at an odd address`() throws {
    let folder = TemporaryFolder()
    let header = #"{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"b":{"dtype":"F64","shape":[1],"#
    let path = try write(header + #""data_offsets":[1,9]}}"#, data: 9, in: folder)
    #expect(try SafeTensorsFile(contentsOf: path).floats("b") == [0])
  }

  @Test func `A folder that cannot be written is an error`() {
    let error = #expect(throws: FileError.self) {
      try SafeTensorsFile.write(tensors: [], metadata: [:], to: "/proc/version/x.safetensors")
    }
    #expect(error?.code == .cannotCreate)
  }

  @Test(arguments: MalformedHeader.all)
  func `A broken rule of the format is one clear error`(header: MalformedHeader) throws {
    let folder = TemporaryFolder()
    let path = try write(header.json, data: 8, in: folder)
    let error = #expect(throws: FileError.self) { try SafeTensorsFile(contentsOf: path) }
    #expect(error?.code == .malformed)
    #expect(error?.reason.contains(header.message) == true, "\(String(describing: error))")
  }

  @Test(arguments: [
    ([1, 2, 3], "it has 3 bytes, expected at least 8"),
    ([0, 0, 0, 0, 0, 0, 0, 0], "the header does not start with \"{\""),
    ([255, 255, 255, 255, 255, 255, 255, 255, 123, 125], "length is 18446744073709551615, expected at most 100000000"),
    ([3, 0, 0, 0, 0, 0, 0, 0, 123, 125], "the file is truncated: its header's length is 3, but only 2 bytes follow"),
    ([3, 0, 0, 0, 0, 0, 0, 0, 123, 255, 125], "the header is not UTF-8"),
  ])
  func `A broken beginning is one clear error`(bytes: [UInt8], message: String) throws {
    let folder = TemporaryFolder()
    let path = try folder.write(bytes, to: "bad.safetensors")
    let error = #expect(throws: FileError.self) { try SafeTensorsFile(contentsOf: path) }
    #expect(error?.code == .malformed)
    #expect(error?.reason.contains(message) == true, "\(String(describing: error))")
  }

  private func write(_ json: String, data: Int, in folder: TemporaryFolder) throws -> String {
    let length = withUnsafeBytes(of: UInt64(json.utf8.count).littleEndian) { Array($0) }
    return try folder.write(length + Array(json.utf8) + [UInt8](repeating: 0, count: data), to: "x.safetensors")
  }
}
