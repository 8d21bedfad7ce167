/// The JSON header of a safetensors file.
struct SafeTensorsHeader {
  private(set) var metadata: [String: String] = [:]
  private var entries: [Entry] = []

  private struct Entry {
    let name: String
    let dataType: SafeTensorsFile.DataType
    let shape: [Int]
    let byteRange: Range<Int>
  }

  init(json: [UInt8]) throws(SafeTensorsProblem) {
    guard json.first == UInt8(ascii: "{") else { throw SafeTensorsProblem("the header does not start with \"{\"") }
    var scanner = try JSONScanner(json)
    var metadata: [String: String] = [:]
    var entries: [Entry] = []
    try scanner.object { (scanner, name) throws(SafeTensorsProblem) in
      if name == "__metadata__" {
        try scanner.object { (scanner, key) throws(SafeTensorsProblem) in
          metadata[key] = try scanner.string("the metadata's value of \"\(key)\"")
        }
      } else {
        entries.append(try SafeTensorsHeader.entry(name, &scanner))
      }
    }
    try scanner.end()
    self.metadata = metadata
    self.entries = entries
  }

  private static func entry(_ name: String, _ scanner: inout JSONScanner) throws(SafeTensorsProblem) -> Entry {
    let tensor = "tensor \"\(name)\""
    var typeName: String?
    var shape: [Int]?
    var offsets: [Int]?
    try scanner.object { (scanner, key) throws(SafeTensorsProblem) in
      switch key {
      case "dtype": typeName = try scanner.string("the dtype of \(tensor)")
      case "shape": shape = try scanner.integers("the shape of \(tensor)")
      case "data_offsets": offsets = try scanner.integers("the data_offsets of \(tensor)")
      default:
        throw SafeTensorsProblem("\(tensor) has the key \"\(key)\", expected dtype, shape and data_offsets")
      }
    }
    guard let typeName else { throw SafeTensorsProblem("\(tensor) has no dtype") }
    guard let shape else { throw SafeTensorsProblem("\(tensor) has no shape") }
    guard let offsets else { throw SafeTensorsProblem("\(tensor) has no data_offsets") }
    guard let dataType = SafeTensorsFile.DataType(rawValue: typeName) else {
      let known = SafeTensorsFile.DataType.allCases.map(\.rawValue).joined(separator: ", ")
      throw SafeTensorsProblem("\(tensor) has the dtype \"\(typeName)\", expected one of \(known)")
    }
    guard offsets.count == 2, offsets[0] <= offsets[1] else {
      throw SafeTensorsProblem("\(tensor) has the data_offsets \(offsets), expected [begin, end] with begin <= end")
    }
    return Entry(name: name, dataType: dataType, shape: shape, byteRange: offsets[0]..<offsets[1])
  }

  /// The tensors in the order of their bytes, checked to fill `dataLength` bytes without overlap or hole.
  func tensors(dataLength: Int) throws(SafeTensorsProblem) -> [SafeTensorsFile.Tensor] {
    let sorted = entries.sorted {
      ($0.byteRange.lowerBound, $0.byteRange.upperBound) < ($1.byteRange.lowerBound, $1.byteRange.upperBound)
    }
    var tensors: [SafeTensorsFile.Tensor] = []
    var end = 0
    for entry in sorted {
      let range = entry.byteRange
      let place = "tensor \"\(entry.name)\" takes bytes \(range.lowerBound) to \(range.upperBound)"
      guard range.upperBound <= dataLength else {
        throw SafeTensorsProblem("\(place), but the file holds \(dataLength) bytes of tensors")
      }
      guard range.lowerBound >= end else {
        throw SafeTensorsProblem("\(place), which overlaps tensor \"\(tensors.last?.name ?? "")\" that ends at \(end)")
      }
      guard range.lowerBound == end else {
        throw SafeTensorsProblem("\(place), but the tensor before it ends at \(end): a hole is not allowed")
      }
      guard let size = SafeTensorsHeader.size(of: entry), size == range.count else {
        let size = SafeTensorsHeader.size(of: entry).map { "\($0)" } ?? "more than 2^63"
        throw SafeTensorsProblem(
          "\(place), but \(entry.dataType.rawValue) of shape \(entry.shape) needs \(size) bytes")
      }
      end = range.upperBound
      tensors.append(.init(name: entry.name, dataType: entry.dataType, shape: entry.shape, byteRange: range))
    }
    guard end == dataLength else {
      throw SafeTensorsProblem("the tensors end at byte \(end), but the file holds \(dataLength) bytes of tensors")
    }
    return tensors
  }

  /// Bytes that a dense tensor of the entry's shape takes; nil when they overflow.
  private static func size(of entry: Entry) -> Int? {
    if entry.shape.contains(0) { return 0 }
    var size = entry.dataType.byteCount
    for dimension in entry.shape {
      let (product, overflow) = size.multipliedReportingOverflow(by: dimension)
      if overflow { return nil }
      size = product
    }
    return size
  }
}
