import TISBackupTestSupport
import Testing

@testable import Monitoring

/// What does not fit goes in whole pieces, the least important first.
struct ByteBudgetTests {
  private func item(_ name: String, _ state: CheckState, _ text: String) -> Report.Item {
    Report.Item(
      name: name, state: state, text: text,
      perfdata: [
        Perfdata("\(name)_age", 79_200, unit: .seconds), Perfdata("\(name)_size", 1 << 30),
      ])
  }

  private var report: Report {
    Report(
      plugin: "TISBACKUP",
      items: [
        item("a", .ok, "fresh"), item("b", .critical, "gone"), item("c", .ok, "fresh"),
        item("d", .warning, "old"),
      ], aggregates: [Perfdata("sections", 4), Perfdata("ok", 2)])
  }

  private func text(_ budget: Int?) -> String { report.text(ReportForm(byteBudget: budget)) }

  @Test func `nothing is lost where all fits, to the byte`() {
    let whole = text(nil)
    let size = whole.utf8.count + 1
    #expect(text(size) == whole)
    #expect(text(size + 1) == whole)
    #expect(text(size - 1) != whole)
  }

  @Test func `lines of what is OK go first, then the other lines, the worst last`() {
    let whole = text(nil)
    let size = whole.utf8.count + 1
    #expect(
      text(size - 1).split(separator: "\n").dropFirst() == [
        "\\_ [CRITICAL] b - gone", "\\_ [WARNING] d - old", "\\_ [OK] a - fresh",
        "\\_ ... 1 more",
      ])
    #expect(
      text(size - 18).split(separator: "\n").dropFirst() == [
        "\\_ [CRITICAL] b - gone", "\\_ [WARNING] d - old", "\\_ ... 2 more",
      ])
    #expect(
      text(size - 40).split(separator: "\n").dropFirst() == [
        "\\_ [CRITICAL] b - gone", "\\_ ... 3 more",
      ])
  }

  @Test func `then figures of what is OK, then those of the others, those about all at last`() {
    let first = "TISBACKUP CRITICAL - 1 of 4 sections: b gone; 1 warning: d"
    func figures(_ budget: Int) throws -> [String] {
      try PluginOutput(parsing: text(budget)).figures.map(\.label)
    }
    var seen: [[String]] = []
    for budget in stride(from: 400, through: first.utf8.count + 1, by: -1) {
      let labels = (try? figures(budget)) ?? ["unreadable"]
      if labels != seen.last { seen.append(labels) }
      #expect(text(budget).hasPrefix(first))
    }
    #expect(
      seen == [
        [
          "sections", "ok", "a_age", "a_size", "b_age", "b_size", "c_age", "c_size", "d_age",
          "d_size",
        ],
        ["sections", "ok", "a_age", "a_size", "b_age", "b_size", "d_age", "d_size"],
        ["sections", "ok", "b_age", "b_size", "d_age", "d_size"],
        ["sections", "ok", "b_age", "b_size"], ["sections", "ok"], [],
      ])
  }

  @Test func `the summary is cut at last, between two characters`() throws {
    let name = String(repeating: "日", count: 40)
    let long = Report(
      plugin: "TISBACKUP", items: [item(name, .critical, name), item("b", .critical, name)])
    for budget in 30...200 {
      let text = long.text(ReportForm(byteBudget: budget))
      #expect(text.utf8.count < budget)
      #expect(text.hasPrefix("TISBACKUP CRITICAL - "))
      #expect(!text.unicodeScalars.contains("\u{fffd}"))
    }
  }

  @Test func `no budget from 80 on cuts a token or a character of any report`() throws {
    var random = SeededGenerator(seed: 21)
    let names = ["web", "é", "日本", "a b", "x'y", "🦉"]
    for round in 0..<60 {
      let items = (0..<Int.random(in: 0...40, using: &random)).map { index in
        item(
          "\(names.randomElement(using: &random) ?? "")\(index)",
          CheckState.allCases.randomElement(using: &random) ?? .ok,
          random.text(of: names + ["; ", "|", "\n"], upTo: 30))
      }
      let report = Report(
        plugin: "TISBACKUP", items: items, aggregates: [Perfdata("sections", Int64(round))])
      let all = Set(report.perfdata.map(\.description))
      for budget in stride(from: 80, through: 4096, by: 61) {
        let text = report.text(ReportForm(byteBudget: budget))
        #expect(text.utf8.count < budget)
        let output = try PluginOutput(parsing: text)
        #expect(output.firstText.hasPrefix("TISBACKUP \(report.state.name) - "))
        let line = text.split(separator: "\n")[0]
        let tokens = line.split(separator: "|").dropFirst().first?.split(separator: "'").count ?? 0
        #expect(tokens == 0 || output.figures.count <= all.count)
        for figure in output.figures {
          #expect(all.contains { $0.hasPrefix("'\(figure.label)'=\(figure.value)") })
        }
      }
    }
  }

  @Test func `an answer that is no report keeps to its bytes, too`() {
    let answer = Answer.unknown(String(repeating: "é", count: 900), byteBudget: 80)
    #expect(answer.text.utf8.count <= 79 && answer.text.hasSuffix("..."))
    #expect(Answer.unknown("short", byteBudget: 80).text == "TISBACKUP UNKNOWN - short")
  }

  @Test func `figures can be few or none, and the state stays`() {
    func line(_ figures: ReportForm.Figures) -> Substring? {
      report.text(ReportForm(figures: figures)).split(separator: "\n").first
    }
    let told = "TISBACKUP CRITICAL - 1 of 4 sections: b gone; 1 warning: d"
    #expect(line(.none) ?? "" == told)
    #expect(line(.summary) ?? "" == told + " | 'sections'=4 'ok'=2")
    let lone = Report(plugin: "T", items: [item("a", .ok, "fresh")])
    #expect(
      lone.text(ReportForm(figures: .summary))
        == "T OK - a: fresh | 'a_age'=79200s 'a_size'=1073741824")
  }

  @Test func `brief lists what is not OK, lengthy what else is known`() {
    var long = item("a", .ok, "fresh")
    long.detail = "rsync of web1"
    let report = Report(plugin: "T", items: [long, item("b", .warning, "old")])
    #expect(
      report.text(ReportForm(detail: .brief, figures: .none))
        == "T WARNING - 1 of 2 sections: b old\n\\_ [WARNING] b - old")
    #expect(
      report.text(ReportForm(detail: .lengthy, figures: .none)).hasSuffix(
        "\\_ [OK] a - fresh; rsync of web1"))
    #expect(
      Report(plugin: "T", items: [long]).text(ReportForm(detail: .lengthy, figures: .none))
        == "T OK - a: fresh\n\\_ [OK] a - fresh; rsync of web1")
  }

  @Test func `what stands beside the items is told, and never counted among them`() {
    func report(_ disk: CheckState, _ item: CheckState) -> Report {
      Report(
        plugin: "T",
        items: [self.item("a", .ok, "fresh"), self.item("b", item, "old")],
        others: [Report.Item(name: "/backup", state: disk, text: "3% free", perfdata: [])])
    }
    #expect(report(.ok, .ok).summary == "2 sections, all OK")
    #expect(report(.critical, .ok).summary == "/backup 3% free")
    #expect(report(.critical, .ok).state == .critical)
    #expect(report(.critical, .critical).summary == "/backup 3% free; 1 of 2 sections: b old")
    #expect(report(.warning, .critical).summary == "1 of 2 sections: b old; 1 warning: /backup")
    #expect(
      report(.critical, .critical).text(ReportForm(figures: .none)).split(separator: "\n")
        .dropFirst() == [
          "\\_ [CRITICAL] /backup - 3% free", "\\_ [CRITICAL] b - old", "\\_ [OK] a - fresh",
        ])
  }
}
