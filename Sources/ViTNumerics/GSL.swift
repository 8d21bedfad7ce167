internal import CGSL

/// What every call into the GNU Scientific Library goes through.
package enum GSL {
  /// The version of the linked library, such as "2.7.1".
  package static var version: String { String(cString: nvit_gsl_version()) }

  /// Turns off GSL's default of aborting the process on an error; return codes are checked instead.
  ///
  /// A global constant is initialised once, by whichever thread comes first.
  private static let quietHandler: Void = { _ = gsl_set_error_handler_off() }()

  /// Runs `body`, which returns a GSL status code, and throws if that is not success.
  package static func check(_ operation: String, _ body: () -> Int32) throws(NumericsError) {
    prepare()
    let status = body()
    guard status == 0 else {
      throw NumericsError(operation: operation, reason: String(cString: gsl_strerror(status)))
    }
  }

  /// Call before a GSL function that returns no status.
  package static func prepare() { _ = quietHandler }
}

/// A numerical routine that could not do its work.
package struct NumericsError: Error, CustomStringConvertible, Sendable {
  /// What was being computed.
  package let operation: String
  /// Why it failed.
  package let reason: String

  package var description: String { "\(operation): \(reason)" }
}
