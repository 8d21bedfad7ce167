import Testing

/// Expects an error of this type whose text holds all the parts, and returns it.
@discardableResult func expectError<Failure: Error & CustomStringConvertible, Value>(
  _ type: Failure.Type, _ parts: String..., sourceLocation: SourceLocation = #_sourceLocation,
  from body: () throws -> Value
) -> Failure? {
  let error = #expect(throws: Failure.self, sourceLocation: sourceLocation) { _ = try body() }
  for part in parts {
    #expect(error?.description.contains(part) == true, "\(part): \("\(error)")", sourceLocation: sourceLocation)
  }
  return error
}

/// The same for work that suspends.
@discardableResult func expectAsyncError<Failure: Error & CustomStringConvertible, Value: Sendable>(
  _ type: Failure.Type, _ parts: String..., sourceLocation: SourceLocation = #_sourceLocation,
  from body: () async throws -> Value
) async -> Failure? {
  let error = await #expect(throws: Failure.self, sourceLocation: sourceLocation) { _ = try await body() }
  for part in parts {
    #expect(error?.description.contains(part) == true, "\(part): \("\(error)")", sourceLocation: sourceLocation)
  }
  return error
}

extension String.StringInterpolation {
  /// What is missing is said in a word.
  mutating func appendInterpolation(_ error: (some Error)?) {
    appendLiteral(error.map { String(describing: $0) } ?? "no error")
  }
}
