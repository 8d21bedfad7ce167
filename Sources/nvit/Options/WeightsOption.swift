internal import ArgumentParser
internal import Foundation
internal import ViTArchitecture
internal import ViTNumerics

/// What weights need whose file has no metadata, for every command that reads such.
struct WeightsOption: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      The architecture of weights whose file names none: a JSON architecture, what `nvit rule show --json` prints, a \
      document with a single member, or a baseline of a document.
      """, valueName: "file|file#baseline"), completion: .file())
  var architecture: String?

  @Option(
    help: ArgumentHelp(
      "Mean that pixels from 0 to 1 were normalised by, for a file that does not say it.",
      valueName: "number,..."), transform: ChannelNumbers.init)
  var mean: ChannelNumbers?

  @Option(
    help: ArgumentHelp("Their standard deviation; one number, or one for each channel.", valueName: "number,..."),
    transform: ChannelNumbers.init)
  var deviation: ChannelNumbers?

  var facts: WeightsFacts {
    WeightsFacts(architecture: architecture, mean: mean?.values, deviation: deviation?.values)
  }

  func validate() throws {
    if let problem = facts.problem { throw ValidationError("--mean and --deviation: \(problem)") }
  }
}

/// The same for the file that `--hard-teacher` names.
struct HardTeacherOption: ParsableArguments {
  @Option(
    help: "Weights or logits of a second teacher, whose most likely class is learnt beside the labels.",
    completion: .file())
  var hardTeacher: String?

  @Option(
    help: ArgumentHelp(
      "The architecture of a hard teacher whose file names none; as elsewhere a file, or a baseline of a document.",
      valueName: "file|file#baseline"), completion: .file())
  var hardTeacherArchitecture: String?

  @Option(
    help: ArgumentHelp(
      "Mean that the hard teacher's pixels were normalised by, where its file does not say it.",
      valueName: "number,..."), transform: ChannelNumbers.init)
  var hardTeacherMean: ChannelNumbers?

  @Option(
    help: ArgumentHelp("Their standard deviation; one number, or one for each channel.", valueName: "number,..."),
    transform: ChannelNumbers.init)
  var hardTeacherDeviation: ChannelNumbers?

  var facts: WeightsFacts {
    WeightsFacts(
      architecture: hardTeacherArchitecture, mean: hardTeacherMean?.values, deviation: hardTeacherDeviation?.values)
  }

  func validate() throws {
    if let problem = facts.problem {
      throw ValidationError("--hard-teacher-mean and --hard-teacher-deviation: \(problem)")
    }
    guard facts.isEmpty || hardTeacher != nil else {
      throw ValidationError("--hard-teacher is missing, which the other options of the hard teacher speak of")
    }
  }
}

/// Numbers of channels, such as `0.485,0.456,0.406`.
struct ChannelNumbers: Hashable, Sendable {
  let values: [Double]

  /// - Throws: `ValidationError` that shows the text.
  init(_ text: String) throws {
    let numbers = text.split(separator: ",", omittingEmptySubsequences: false).map { part in
      NumberText.number(part.trimmingCharacters(in: .whitespaces))
    }
    guard !numbers.contains(nil) else {
      throw ValidationError("\"\(text)\", expected numbers with commas between them, such as 0.485,0.456,0.406")
    }
    values = numbers.compactMap(\.self)
  }
}
