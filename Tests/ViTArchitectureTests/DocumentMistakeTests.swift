import Foundation
import TestSupport
import Testing

@Suite struct `Mistakes in documents` {
  @Test func `One pass finds them all, in the order of the lines`() {
    let text = """
      nvit: 2
      name: a b
      nam: c
      nvit: 3
      architecture: {image-size: 32, channels: 0, patch-size: 8, clases: 10, depth: {from: 8, through: 6}, embedding: 64}
      rule: {heads: 1, value: 8, heads: 2, query-key: 0.5, mlp-hidden: 4E}
      targets: [0.5x]
      """
    #expect(
      Document.mistakes(text) == [
        #"1:7: "2" for nvit; expected 1, the version of the format"#,
        #"2:7: "a b" for name; expected a name of letters, digits, -, _ and ., at most 64"#,
        #"3:1: unknown key "nam"; did you mean "name"? allowed: nvit, name, summary, numbers, architecture, rule, "#
          + "baselines, targets, constraints, dataset, recipe, latency, search",
        #"4:1: duplicate key "nvit"; it is already given at line 1"#,
        #"5:15: key "classes" is missing in architecture; expected a whole number from 1 to 1000000"#,
        #"5:42: "0" for architecture.channels; expected a whole number from 1 to 64"#,
        #"5:60: unknown key "clases" in architecture; did you mean "classes"? allowed: image-size, channels, "#
          + "patch-size, classes, distillation-token, attention-scale, depth, embedding",
        #"5:86: an empty range from 8 through 6 for architecture.depth; expected "from" not to be above "through""#,
        #"6:28: duplicate key "heads"; it is already given at line 6"#,
        #"6:49: "0.5" for rule.query-key; expected a whole number from 1 to 8192, or a multiple of E above 0 such as "#
          + "3E or E/64",
        #"7:11: "0.5x" in targets; expected at least one of baselines, which it is relative to"#,
      ])
  }

  /// What stands for `rule.mlp-hidden`, the column of the mistake in line 8, and how its message starts.
  @Test(arguments: [
    ("many", 15, #""many" for rule.mlp-hidden; expected a whole number from 1 to 1048576, or a multiple of E"#),
    ("nan", 15, #""nan" for rule.mlp-hidden; expected"#),
    (".inf", 15, #"".inf" for rule.mlp-hidden; expected"#),
    ("1e400", 15, #""1e400" for rule.mlp-hidden; expected"#),
    ("99999999999999999999", 15, #""99999999999999999999" for rule.mlp-hidden; expected"#),
    ("E/0", 15, #""E/0" for rule.mlp-hidden; expected"#),
    ("-4", 15, #""-4" for rule.mlp-hidden; expected"#),
    ("'4.5'", 15, #""4.5" for rule.mlp-hidden; expected"#),
    ("", 14, #"nothing for rule.mlp-hidden; expected"#),
    ("[1, 2]", 15, "a list for rule.mlp-hidden; expected {choices: […]} for an open number"),
    ("{from: 3, through: 1}", 22, "an empty range from 3 through 1 for rule.mlp-hidden"),
    ("{from: 1, through: 4, step: 2}", 34, "steps of 2 from 1 that miss 4 in rule.mlp-hidden; expected \"through\" to"),
    ("{from: 1, through: 4, step: 0}", 43, #""0" for rule.mlp-hidden.step; expected a number above 0"#),
    ("{from: 1E, through: 4E, step: 1e-9E}", 45, #""1e-9E" for rule.mlp-hidden.step; expected at most 1000000"#),
    ("{from: 1, through: 4E}", 34, #""4E" for rule.mlp-hidden.through; expected the unit of "from""#),
    ("{from: 1}", 15, #"key "through" is missing in rule.mlp-hidden"#),
    ("{from: 1, through: 2, log: yes}", 42, #""yes" for rule.mlp-hidden.log; expected true or false"#),
    ("{choices: []}", 25, "an empty list for rule.mlp-hidden.choices"),
    ("{choices: [1, 2, 1]}", 32, #""1" twice in rule.mlp-hidden.choices"#),
    ("{choices: [1, 2E]}", 29, #""2E" in rule.mlp-hidden.choices; expected the unit of the first choice"#),
    ("{choices: [1], from: 2}", 30, #"unknown key "from" in rule.mlp-hidden; allowed: choices"#),
    ("{profile: constant}", 15, #"key "base" is missing in rule.mlp-hidden"#),
    ("{base: 1, profil: constant}", 25, #"unknown key "profil" in rule.mlp-hidden; did you mean "profile"?"#),
    ("{base: 1, profile: bell}", 34, #""bell" for rule.mlp-hidden.profile; expected its numbers, as in {bell: …}"#),
    (
      "{base: 1, profile: {plateu: 1}}", 35,
      #"unknown key "plateu" in rule.mlp-hidden.profile; did you mean "plateau"?"#
    ),
    ("{base: 1, profile: {bell: {}, list: []}}", 34, "2 keys in rule.mlp-hidden.profile; expected one profile of"),
    ("{base: 1, profile: {linear: {first: 1}}}", 43, #"key "last" is missing in rule.mlp-hidden.profile.linear"#),
    (
      "{base: 1, profile: {plateau: {middle: 2, rise: 13}}}", 62,
      "block 13 for rule.mlp-hidden.profile.plateau.rise; expected a block from 1 to 12"
    ),
    (
      "{base: 1, profile: {plateau: {middle: 2, rise: 9, fall: 4}}}", 71,
      "a plateau that rises at block 9 and falls at block 4"
    ),
    (
      "{base: 1, profile: {bell: {height: 2, width: 0}}}", 60,
      #""0" for rule.mlp-hidden.profile.bell.width; expected a number above 0"#
    ),
    ("{base: 1, profile: {stages: []}}", 43, "an empty list for rule.mlp-hidden.profile.stages"),
    (
      "{base: 1, profile: {stages: [{blocks: 4-13, factor: 1}]}}", 53,
      "block 13 for rule.mlp-hidden.profile.stages[1].blocks"
    ),
    (
      "{base: 1, profile: {stages: [{blocks: 5-3, factor: 1}]}}", 53,
      #"blocks "5-3" for rule.mlp-hidden.profile.stages[1].blocks"#
    ),
    (
      "{base: 1, profile: {stages: [{blocks: 1, factor: 1}, {blocks: 1-2, factor: 2}]}}", 77,
      "block 1 in stage 2 of rule.mlp-hidden.profile.stages; expected a block in one stage; stage 1"
    ),
    ("{base: 1, profile: {stages: [{blocks: 1, factor: 1, width: 2}]}}", 44, #"both "factor" and "width""#),
    (
      "{base: 1, profile: {spline: {knots: [{at: 1, factor: 1}]}}}", 51,
      "1 knots for rule.mlp-hidden.profile.spline.knots"
    ),
    (
      "{base: 1, profile: {spline: {knots: [{at: 5, factor: 1}, {at: 50%, factor: 1}, {at: 3, factor: 1}]}}}", 94,
      "knot 3 of rule.mlp-hidden.profile.spline.knots not behind knot 2"
    ),
    ("{base: 1, profile: {list: [1, 2]}}", 41, "2 entries in rule.mlp-hidden.profile.list; expected 12"),
    ("{values: [1, 2]}", 24, "2 entries in rule.mlp-hidden.values; expected 12"),
    (
      "{base: 1, round: {to: 0, mode: nearst}}", 37,
      #""0" for rule.mlp-hidden.round.to; expected a whole number from 1"#
    ),
    ("{base: 1, round: {mode: nearst}}", 39, #""nearst" for rule.mlp-hidden.round.mode; did you mean "nearest"?"#),
    ("{base: 1, floor: -1}", 32, #""-1" for rule.mlp-hidden.floor; expected a whole number from 0"#),
    ("{base: bost}", 22, #""bost" for rule.mlp-hidden.base; expected a number above 0"#),
  ])
  func `A wrong dimension is refused at its place`(dimension: String, column: Int, message: String) {
    let found = Document.mistakes(Document.text(mlpHidden: dimension))
    #expect(found.contains { $0.hasPrefix("8:\(column): \(message)") }, "\(found)")
  }

  /// Sections after the rule start at line 9.
  @Test(arguments: [
    ("constraints: {parameters: {min: 5M, max: 1M}}", "9:27: min above max in constraints.parameters"),
    ("constraints: {parameters: {max: 5M, least: 1}}", #"9:37: unknown key "least" in constraints.parameters"#),
    ("constraints: {macs: {}}", "9:21: nothing in constraints.macs; expected min, max or both"),
    ("constraints: {latency: {max: 5}}", #"9:30: "5" for constraints.latency.max; expected a duration"#),
    ("constraints: {embedding: {min: 100}}", "9:26: a constraint on embedding that no candidate meets; the document's"),
    ("constraints: {depth: {max: 11}}", "9:22: a constraint on depth that no candidate meets"),
    ("targets: 0.5x", #"9:10: "0.5x" for targets; expected a list"#),
    ("targets: [12]", #"9:11: "12" in targets; expected targets such as 12ms"#),
    ("targets: [-1ms]", #"9:11: "-1ms" in targets"#),
    (
      "baselines: [{name: deit-64, embedding: 64}]\ntargets: [0.5x deit-46]",
      #"10:11: unknown baseline "deit-46" in targets; did you mean "deit-64"?"#
    ),
    ("baselines: [{name: a}]", #"9:13: key "embedding" is missing in baselines[1]"#),
    ("baselines: [{name: a, embedding: 8}, {name: a, embedding: 9}]", #"9:45: baseline "a" twice"#),
    ("baselines: [{name: a, embedding: 8, mlp-hidden: 0.3E}]", #"9:49: "0.3E" for baselines[1].mlp-hidden"#),
    (
      "dataset: {format: cifar10, path: x, validation-count: 1}\nrecipe: {}",
      #"9:19: "cifar10" for dataset.format; did you mean "cifar-10"?"#
    ),
    (
      "dataset: {format: idx, path: x, validation-count: 1}",
      "9:10: a dataset without a recipe; expected both or neither"
    ),
    ("recipe: {}", "9:9: a recipe without a dataset"),
    ("recipe: {epochs: 1, warmup-epochs: 2}", #"9:36: "2" for recipe.warmup-epochs; expected at most the epochs"#),
    (
      "recipe: {learning-rate: 1e-6}",
      "9:25: 1e-05 for recipe.minimum-learning-rate; expected at most the learning rate"
    ),
    ("recipe: {augmentation: {mixup: -1}}", #"9:32: "-1" for recipe.augmentation.mixup; expected a number from 0"#),
    ("recipe: {distillation: {kind: hard}}", #"9:24: key "teacher" is missing in recipe.distillation"#),
    ("latency: {source: file}", #"9:10: key "file" is missing in latency"#),
    ("latency: {file: x}", #"9:17: latency.file without "source: file""#),
    ("search: {sampler: sobl}", #"9:19: "sobl" for search.sampler; did you mean "sobol"?"#),
    ("search: {seed: -1}", #"9:16: "-1" for search.seed; expected a whole number from 0"#),
    ("numbers: {boost: 3}", #"9:18: "boost" in numbers, which nothing uses"#),
    ("numbers: {Boost: 3}", #"9:18: "Boost" as the name of a number"#),
    ("[a]: 1", "9:1: a list as a key; expected a word"),
  ])
  func `A wrong section is refused at its place`(section: String, message: String) {
    let found = Document.mistakes(Document.text(rest: section))
    #expect(found.contains { $0.hasPrefix(message) }, "\(found)")
  }

  @Test func `A named number must fit every place it is used in`() {
    let text = Document.text(
      heads: "boost", queryKey: "share", value: "bost", rest: "numbers: {boost: {from: 1, through: 2}, share: 25%}")
    #expect(
      Document.mistakes(text).map { String($0.prefix { $0 != ";" }) } == [
        #"5:10: "boost" (1 to 2, fractions included) for rule.heads"#, #"6:14: "share" (25%) for rule.query-key"#,
        #"7:10: "bost" for rule.value"#,
      ])
    #expect(Document.mistakes(text)[2].hasSuffix(#"(did you mean "boost"? allowed: boost, share)"#))
  }

  @Test func `Open depth needs profiles and baselines that say how deep they are`() {
    let text = Document.text(
      architecture:
        "{image-size: 32, channels: 3, patch-size: 8, classes: 10, depth: {from: 6, through: 8}, embedding: 64}",
      heads: "{base: 1, profile: {list: [1, 2, 3, 4, 5, 6]}}", rest: "baselines: [{name: a, embedding: 64}]")
    #expect(
      Document.mistakes(text) == [
        "5:36: one number for each block in rule.heads.profile.list; expected a fixed depth beside it"
      ])
    let baseline = text.replacingOccurrences(of: "{base: 1, profile: {list: [1, 2, 3, 4, 5, 6]}}", with: "2")
    #expect(
      Document.mistakes(baseline) == [
        #"9:13: key "depth" is missing in baselines[1]; expected a whole number from 1 to 1024"#
      ])
  }

  @Test func `A rule without a single valid member is refused`() {
    #expect(
      Document.mistakes(Document.text(heads: "{base: 0.001E}")) == [
        "5:3: a rule none of whose members is an architecture (block 1: heads is 0, expected 1 to 1024); "
          + "expected dimensions that the engine holds"
      ])
  }
}
