package import Foundation
package import ViTArchitecture
package import ViTFiles
package import ViTNumerics

/// A latency file: a fitted model or an imported table.
package enum LatencyFile: LatencyPredictor, Hashable {
  case model(LatencyModel)
  case table(LatencyTable)

  /// The largest file to accept, in bytes.
  package static let sizeLimit = 1 << 28

  /// Reads a file; its schema tells which kind it is.
  ///
  /// - Throws: `FileError` that names the path and what is wrong.
  package init(contentsOf path: String) throws(FileError) {
    struct Header: Decodable { var schema: String }
    let data = try FileContents.read(path, limit: Self.sizeLimit)
    do throws(LatencyError) {
      switch try LatencyJSON.decode(Header.self, from: data).schema {
      case let schema where LatencyModel.schemas.contains(schema):
        self = .model(try LatencyJSON.decode(LatencyModel.self, from: data))
      case LatencyTable.schema: self = .table(try LatencyJSON.decode(LatencyTable.self, from: data))
      case let schema:
        throw LatencyError(
          .malformed, "schema is \"\(schema)\", expected \"\(LatencyModel.schema)\" or \"\(LatencyTable.schema)\"")
      }
    } catch {
      throw FileError(.malformed, path: path, reason: error.description)
    }
  }

  /// Writes the file, whole or not at all; makes its folder if needed.
  package func write(to path: String) throws(FileError) {
    let data = try content(for: path)
    _ = try NewFolders(forFile: path)
    try AtomicFile.write(data, to: path)
  }

  /// What the file of the given name holds.
  package func content(for path: String) throws(FileError) -> Data {
    do {
      switch self {
      case .model(let model): return try LatencyJSON.encode(model)
      case .table(let table): return try LatencyJSON.encode(table)
      }
    } catch {
      throw FileError(.cannotWrite, path: path, reason: "\(error)")
    }
  }

  package var conditions: LatencyConditions {
    switch self {
    case .model(let model): model.conditions
    case .table(let table): table.conditions
    }
  }

  package func predict(_ architecture: Architecture) throws -> Estimate {
    switch self {
    case .model(let model): try model.predict(architecture)
    case .table(let table): try table.predict(architecture)
    }
  }

  package func measured(_ architecture: Architecture) -> Estimate? {
    switch self {
    case .model(let model): model.measured(architecture)
    case .table(let table): table.measured(architecture)
    }
  }

  package func corrected(
    by latencies: [(architecture: Architecture, latency: Estimate)]
  ) throws -> any LatencyPredictor {
    switch self {
    case .model(let model): try model.corrected(by: latencies)
    case .table: self
    }
  }

  package func support(of architecture: Architecture) -> LatencySupport {
    switch self {
    case .model(let model): model.support(of: architecture)
    case .table(let table): table.support(of: architecture)
    }
  }

  package func compiled(for frame: Architecture) -> (any CompiledLatency)? {
    switch self {
    case .model(let model): model.compiled(for: frame)
    case .table(let table): table.compiled(for: frame)
    }
  }
}
