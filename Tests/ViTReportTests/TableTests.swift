import Testing
import ViTNumerics
import ViTReport
import ViTSearch

@Suite struct `Tables of a front` {
  @Test func `are aligned and show intervals`() throws {
    var members = Example.members
    var difference = Difference(
      Estimate(0.012, lower: 0.003, upper: 0.021, covers: .sources([.seeds, .images], seeds: 3)), probability: 0.991,
      seeds: 3)
    difference.corrected = 0.95
    members[3].difference = difference
    let lines = try FrontTable.text(Example.front(members, notes: ["remark"], answers: ["It beats DeiT."])).split(
      separator: "\n")
    #expect(
      lines[1]
        == "   member               target  predicted  measured  parameters   MACs  validation %  test %     above baselines      P"
    )
    // Student's 0.975 quantile at 2 degrees of freedom is 4.30265; the deviation is 0.458 points.
    #expect(
      lines[6]
        == "●  nvit-0.5x-0badcafe   0.5x        10 ms   10.2 ms        123k  10.2M  83.40 ± 1.14       –  +1.20 [0.30, 2.10]  0.950"
    )
    #expect(lines.contains("note: remark"))
    #expect(
      lines.contains(
        "hypervolume, a mean height from 6.2 ms to 10.2 ms above 75.0% accuracy, in points: the front 8.00, candidates 7.50, baselines 6.00"
      ))
  }

  @Test func `begin with the answers, and mark what was found by the search and by random search`() throws {
    var members = Example.members
    members[3].isWinner = true
    members[4].isRandom = true
    let lines = try FrontTable.text(Example.front(members, answers: ["It beats DeiT.", "WARNING: no."])).split(
      separator: "\n", omittingEmptySubsequences: false)
    #expect(lines[0] == "It beats DeiT." && lines[1] == "WARNING: no." && lines[2].isEmpty)
    #expect(lines.contains { $0.hasPrefix("● ★  nvit-0.5x-0badcafe") })
    #expect(lines.contains { $0.hasPrefix("  ☆  nvit-0.5x-12345678") })
    #expect(lines.contains { $0.contains("★ the search's winner for a target") })
  }

  @Test func `of a search without training have no accuracies, and say what serves the targets`() throws {
    let front = try Example.front(isTrained: false)
    let text = FrontTable.text(front)
    #expect(!text.contains("validation") && !text.contains("measured"))
    #expect(text.hasPrefix("At 0.25x latency (5.2 ms), nvit-0.25x-1a2b3c4d reaches 5.1M multiply-accumulates.\n"))
    #expect(ReportContent(front, study: "s").answers.allSatisfy { text.contains("\($0)\n") })
  }

  @Test func `as CSV have one row for each member and quote what needs it`() throws {
    var members = Example.members
    members[2].name = "DeiT, \"32\""
    let rows = try FrontCSV.text(Example.front(members)).split(separator: "\n")
    #expect(rows.count == 1 + members.count)
    #expect(rows[0].hasPrefix("name,role,on_front,winner,targets,predicted_latency_seconds,"))
    #expect(rows[0].hasSuffix(",digest,warnings,rule.mlp"))
    #expect(rows[1].hasPrefix("nvit-0.25x-1a2b3c4d,candidate,true,false,0.25x,") && rows[1].hasSuffix(",2.5"))
    #expect(rows[3].hasPrefix("\"DeiT, \"\"32\"\"\",baseline,false,false,,"))
    let columns = rows[0].split(separator: ",").count
    // The warnings stand in quotation marks, since they hold commas.
    let plain = rows[1].replacing(/"[^"]*"/, with: "")
    #expect(plain.split(separator: ",", omittingEmptySubsequences: false).count == columns)
  }
}
