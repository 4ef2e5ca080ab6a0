import Testing

@testable import Monitoring

struct ReportTests {
  private func item(_ name: String, _ state: CheckState, _ text: String = "") -> Report.Item {
    Report.Item(name: name, state: state, text: text, perfdata: [])
  }

  private func report(_ items: [Report.Item], aggregates: [Perfdata] = []) -> Report {
    Report(plugin: "TISBACKUP", items: items, aggregates: aggregates)
  }

  @Test func `a report of nothing is unknown and says so`() {
    #expect(report([]).state == .unknown)
    #expect(report([]).text() == "TISBACKUP UNKNOWN - nothing to check")
    #expect(
      report([]).text(ReportForm(listsLoneItem: true)) == "TISBACKUP UNKNOWN - nothing to check")
  }

  @Test(arguments: [
    (CheckState.ok, "TISBACKUP OK - web: fresh; whole"),
    (.warning, "TISBACKUP WARNING - web: fresh; whole"),
    (.critical, "TISBACKUP CRITICAL - web: fresh; whole"),
    (.unknown, "TISBACKUP UNKNOWN - web: fresh; whole"),
  ])
  func `a lone item is told whole in the first line, and listed only when asked for more`(
    _ state: CheckState, _ line: String
  ) {
    let report = report([item("web", state, "fresh; whole")])
    #expect(report.state == state)
    #expect(report.text() == line)
    #expect(
      report.text(ReportForm(listsLoneItem: true)) == line
        + "\n\\_ [\(state.name)] web - fresh; whole")
  }

  @Test func `a lone item whose sentence had to be cut is listed in full`() {
    let long = "old " + String(repeating: "x", count: 300)
    let lines = report([item("web", .critical, long)]).text().split(separator: "\n")
    #expect(lines.count == 2)
    #expect(lines[0].hasSuffix("...") && lines[0].utf8.count <= 185)
    #expect(lines[1] == "\\_ [CRITICAL] web - \(long)")
  }

  @Test func `a lone item may ask for its line all the same`() {
    let report = Report(
      plugin: "TISBACKUP", items: [item("web", .ok, "fresh")], singleItemHasNoList: false)
    #expect(report.text() == "TISBACKUP OK - web: fresh\n\\_ [OK] web - fresh")
  }

  @Test func `items are listed worst first, and by name among equals, however they came`() {
    let items = [
      item("d", .ok, "fresh"), item("b", .warning, "old"), item("e", .critical, "gone"),
      item("c", .unknown, "odd"), item("a", .ok), item("f", .critical, "lost"),
    ]
    let expected = """
      TISBACKUP CRITICAL - 2 of 6 sections: e gone, f lost; 1 unknown: c; 1 warning: b
      \\_ [CRITICAL] e - gone
      \\_ [CRITICAL] f - lost
      \\_ [UNKNOWN] c - odd
      \\_ [WARNING] b - old
      \\_ [OK] a
      \\_ [OK] d - fresh
      """
    #expect(report(items).text() == expected)
    #expect(report(items.reversed()).text() == expected)
    #expect(report(items).items.map(\.name) == ["a", "b", "c", "d", "e", "f"])
  }

  @Test func `figures stand on the first line, in an order that no state changes`() {
    func report(_ state: CheckState) -> Report {
      Report(
        plugin: "TISBACKUP",
        items: [
          Report.Item(name: "b", state: state, text: "", perfdata: [Perfdata("b_age", 2)]),
          Report.Item(name: "a", state: .ok, text: "", perfdata: [Perfdata("a_age", 1)]),
        ], aggregates: [Perfdata("total", 3), Perfdata("failed", 0)])
    }
    let figures = "'total'=3 'failed'=0 'a_age'=1 'b_age'=2"
    for state in CheckState.allCases {
      for detail in [ReportForm.Detail.brief, .normal, .lengthy] {
        let text = report(state).text(ReportForm(detail: detail))
        let lines = text.split(separator: "\n")
        #expect(lines[0].hasSuffix(" | " + figures))
        #expect(lines.dropFirst().allSatisfy { !$0.contains("|") && !$0.contains("_age") })
      }
    }
  }

  @Test func `hostile names and texts stay on their line`() {
    let text = report([
      item("a\nTISBACKUP OK - b", .critical, "x | 'age'=0\n\\_ [OK] all\u{1b}[2J\u{202e}"),
      item("\n|\u{200b}", .warning, "\u{7}"), item("\u{200b}", .ok),
    ]).text()
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(
      lines == [
        "TISBACKUP CRITICAL - 1 of 3 sections: a TISBACKUP OK - b x / 'age'=0 \\_ [OK] all; 1 warning: /",
        "\\_ [CRITICAL] a TISBACKUP OK - b - x / 'age'=0 \\_ [OK] all", "\\_ [WARNING] /",
        "\\_ [OK] (unnamed)",
      ])
  }

  @Test func `lines of the list have an end`() {
    let long = String(repeating: "é", count: 100_000)
    let lines = report([item(long, .critical, long), item("b", .ok)]).text().split(separator: "\n")
    #expect(lines.count == 3)
    #expect(lines.allSatisfy { $0.utf8.count < 1200 })
  }

  @Test func `two items of one name are both told`() {
    let text = report([item("a", .ok, "one"), item("a", .critical, "two")]).text()
    #expect(text.contains("\\_ [CRITICAL] a - two\n\\_ [OK] a - one"))
  }
}
