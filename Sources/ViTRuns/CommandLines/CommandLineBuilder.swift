internal import ViTFiles

/// Collects the arguments of a command; options without a value are left out.
struct CommandLineBuilder {
  private(set) var arguments: [String]

  /// - Parameter paths: What stands before the options.
  init(_ command: String, _ paths: [String]) { arguments = [command] + paths.map { ShellWord.argument(path: $0) } }

  mutating func add(_ option: String, _ value: String?) {
    guard let value else { return }
    // A value that begins like an option would be taken for one.
    if value.hasPrefix("-") { arguments.append("\(option)=\(value)") } else { arguments += [option, value] }
  }

  mutating func add<Number: Numeric>(_ option: String, _ value: Number?) { add(option, value.map { "\($0)" }) }

  /// Leaves out what has its usual value.
  mutating func add<Number: Numeric>(_ option: String, _ value: Number, usually usual: Number) {
    if value != usual { add(option, "\(value)") }
  }

  mutating func add(_ flag: String, if isSet: Bool) { if isSet { arguments.append(flag) } }

  mutating func add(_ existing: ExistingResults) {
    switch existing {
    case .keep: break
    case .replace: arguments.append("--overwrite")
    case .resume: arguments.append("--resume")
    }
  }
}
