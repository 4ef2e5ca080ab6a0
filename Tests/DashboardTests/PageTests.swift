import Foundation
import Mustache
import TISBackupCore
import TISBackupTestSupport
import Testing

@testable import Dashboard

/// What hostile text becomes in a page.
@Suite(.scratch) struct PageTests {
  private static let hostile = #"<script>alert('1')</script>"x" & 'y'"#

  @Test func `every mark is made safe`() {
    #expect(
      PageEscaping.escape(Self.hostile)
        == "&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&quot;x&quot; &amp; &#39;y&#39;")
    #expect(PageEscaping.escape("a\u{0}\u{1b}[31m\tb\n") == "a\u{fffd}\u{fffd}[31m\tb\n")
  }

  @Test(arguments: ["\"\u{301}", "<\u{338}", "'\u{301}", "&\u{301}", ">\u{338}"])
  func `a mark that an accent is put on is still a mark`(_ text: String) {
    // As one letter it is none of those that Mustache makes safe itself.
    #expect(text.count == 1)
    #expect(PageEscaping.escape(text).utf8.first == UInt8(ascii: "&"))
    let page = MessagePage(title: text, text: text)
    let shown = PageWriter(prefix: "").text(page, nil)
    #expect(!shown.contains(text))
  }

  @Test func `a page holds nothing as it came`() {
    let visitor = Visitor(user: Self.hostile, token: Self.hostile)
    let pages: [any Page] = [
      MessagePage(title: Self.hostile, text: Self.hostile),
      LoginPage(target: Self.hostile, complaint: Self.hostile, loginToken: Self.hostile),
      FolderPage(
        title: Self.hostile, steps: [.init(name: Self.hostile, address: Self.hostile)],
        entries: [
          .init(
            name: Self.hostile, address: Self.hostile, size: Self.hostile, modified: Self.hostile,
            kind: Self.hostile)
        ], cut: Self.hostile),
    ]
    for page in pages {
      let text = PageWriter(prefix: "/p").text(page, visitor)
      #expect(!text.contains("<script>alert") && !text.contains("\"x\""), "\(type(of: page))")
      #expect(text.contains("&lt;script&gt;"), "\(type(of: page))")
      #expect(text.contains("href=\"/p/style.css\""))
    }
  }

  @Test func `a log marks what a switch gained and lost, and nothing else`() {
    let log = "@@ -1 +1 @@\n-vlan <1>\n+vlan 2\n same"
    #expect(
      LogText.html(log, ofSwitch: true)
        == "@@ -1 +1 @@\n<del>-vlan &lt;1&gt;</del>\n<ins>+vlan 2</ins>\n same")
    #expect(LogText.html(log, ofSwitch: false).contains("\n-vlan &lt;1&gt;\n"))
  }

  @Test func `a calendar has one shape for each state, and says it in words`() {
    let calendar = ["2026-11-25", "2026-11-26", "2026-11-27", "2026-11-28"]
    let svg = CalendarStrip(
      [
        "2026-11-25": DayOfRuns(status: .ok), "2026-11-27": DayOfRuns(status: .error),
        "2026-11-28": DayOfRuns(status: .ok), "2026-11-01": DayOfRuns(status: .error),
      ], calendar
    ).svg
    #expect(
      svg.contains(
        "<title>4 days: 2 days with a good backup, 1 day failed, 1 day without a run</title>"))
    #expect(svg.contains("<path class=\"ok\" d=\"M0 0h6v12h-6zM21 0h6v12h-6z\"/>"))
    #expect(svg.contains("<path class=\"critical\" d=\"M14 0h6v12h-6z\"/>"))
  }

  @Test(arguments: [[], [nil], [0], [5], [1, nil, 3]] as [[Double?]])
  func `a plot of anything is whole`(_ values: [Double?]) {
    let bars = values.map { BarPlot.Bar(value: $0, words: Self.hostile) }
    let svg = BarPlot.svg(bars, label: Self.hostile) { "\($0)" }
    #expect(svg.components(separatedBy: "<rect ").count == values.count + 1)
    #expect(!svg.contains("<script") && svg.hasSuffix("</svg></figure>"))
    #expect(!svg.contains("nan") && !svg.contains("inf"))
  }
}
