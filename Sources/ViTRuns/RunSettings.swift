/// What a run is asked to do.
package protocol RunSettings: Sendable {
  /// The arguments of nvit that ask for the same, without its name; what has its usual value is left out.
  var commandLine: [String] { get }
}

/// What a run does with results that are already where its own are to go.
package enum ExistingResults: Hashable, Sendable {
  /// Refuses to touch them.
  case keep
  case replace
  /// Goes on with them.
  case resume
}
