import Testing

@testable import Monitoring

struct SummaryTests {
  private func summary(
    _ items: [(String, CheckState, String)], noun: String = "sections", allOK: String? = nil
  ) -> String {
    let items = items.map { Report.Item(name: $0.0, state: $0.1, text: $0.2, perfdata: []) }
    return Report(plugin: "T", items: items, noun: noun, allOK: allOK).summary
  }

  private func many(_ count: Int, _ state: CheckState, _ text: String = "") -> [(
    String, CheckState, String
  )] {
    (0..<count).map { ("srv-\(padded: $0)", state, text) }
  }

  @Test func `all well is a count, or what the caller says of it`() {
    #expect(summary(many(12, .ok)) == "12 sections, all OK")
    #expect(summary(many(2, .ok), noun: "copies") == "2 copies, all OK")
    #expect(summary(many(2, .ok), allOK: "all\nwell |") == "all well /")
    #expect(summary(many(2, .ok), allOK: " \n ") == "2 sections, all OK")
    #expect(summary([]) == "nothing to check")
  }

  @Test func `praise is for the whole only`() {
    let mixed = many(2, .ok) + [("x", .warning, "old")]
    #expect(summary(mixed, allOK: "all well") == "1 of 3 sections: x old")
  }

  @Test func `only the first clause of a trouble is told among many`() {
    let items: [(String, CheckState, String)] = [
      ("a", .critical, "gone; size 0 B"), ("b", .ok, "fresh"), ("c", .critical, ""),
      ("d", .critical, "a;b"),
    ]
    #expect(summary(items) == "3 of 4 sections: a gone, c, d a;b")
  }

  @Test func `three are named, the others counted`() {
    #expect(
      summary(many(5, .critical, "gone"))
        == "5 of 5 sections: srv-000 gone, srv-001 gone, srv-002 gone, +2 more")
    #expect(
      summary(many(4, .warning) + [("z", .critical, "gone")])
        == "1 of 5 sections: z gone; 4 warning: srv-000, srv-001, srv-002, +1 more")
  }

  @Test func `lesser troubles are named worst first, and what is well is not`() {
    let items: [(String, CheckState, String)] = [
      ("a", .warning, "x"), ("b", .unknown, "x"), ("c", .critical, "x"), ("d", .ok, "x"),
    ]
    #expect(summary(items) == "1 of 4 sections: c x; 1 unknown: b; 1 warning: a")
    #expect(summary(Array(items.dropLast(2))) == "1 of 2 sections: b x; 1 warning: a")
  }

  @Test func `long sentences are shortened before any name is lost`() {
    let long = "the newest good backup is 40h old and the limit is 30h, which is far too much"
    let text = summary(many(3, .critical, long))
    #expect(text.utf8.count <= 160)
    for name in ["srv-000", "srv-001", "srv-002"] { #expect(text.contains(name)) }
    #expect(text.contains("..."))
  }

  @Test func `sentences too short to say anything are left out`() {
    let names = ["a", "b", "c"].map { String(repeating: $0, count: 28) }
    let text = summary(
      names.map { ($0, .critical, "the newest good backup is old") }
        + [("lesser-one-of-28-letters-yes", .warning, ""), ("lesser-two", .unknown, "")])
    for name in names { #expect(text.contains(name)) }
    #expect(!text.contains("the newest"))
    #expect(text.utf8.count <= 160)
  }

  @Test func `no name takes the whole line`() {
    let text = summary([(String(repeating: "x", count: 500), .critical, "gone"), ("b", .ok, "")])
    #expect(text == "1 of 2 sections: \(String(repeating: "x", count: 27))... gone")
  }

  @Test(arguments: 1...40)
  func `however many there are, the summary is one short line that counts them all`(_ count: Int) {
    for state in [CheckState.warning, .critical, .unknown] {
      let text = summary(many(count, state, "the newest good backup is 40h old (limit 30h)"))
      #expect(text.utf8.count <= 160 && !text.contains("\n"))
      if count > 1 { #expect(text.hasPrefix("\(count) of \(count) sections: srv-000")) }
      if count > 3 { #expect(text.hasSuffix("+\(count - 3) more")) }
    }
  }
}

extension String.StringInterpolation {
  fileprivate mutating func appendInterpolation(padded number: Int) {
    appendLiteral(String(("00" + String(number)).suffix(3)))
  }
}
