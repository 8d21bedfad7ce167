import Testing

@Suite struct `Shapes at an operation's door` {
  @Test(arguments: WrongShape.allCases)
  func `A shape that does not fit ends the process before memory is touched, and says what was expected`(
    wrong: WrongShape
  ) async throws {
    let result = try await #require(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { [wrong = wrong as WrongShape] in
      wrong.call()
    }
    let text = String(decoding: result.standardErrorContent, as: UTF8.self)
    #expect(text.contains(wrong.message), "\(text)")
  }
}
