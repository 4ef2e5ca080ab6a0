import BackupChecks
import Monitoring
import TISBackupCore

/// All sections at one glance, red first, in the words of `check_tisbackup`.
struct OverviewPage: Page {
  struct Tile: Sendable {
    let state: StateWord
    let count: Int
  }

  struct Row: Sendable {
    let name: String
    /// Whether it has a page; what the ini does not know has none.
    let isSection: Bool
    let server: String?
    let state: StateWord
    let text: String
    let age: String
    let size: String
    let calendar: String
  }

  /// Sections on one page.
  static let length = 100

  let title = "Overview"
  let state: StateWord
  let summary: String
  let tiles: [Tile]
  let rows: [Row]
  let search: String
  let space: SpaceView?
  let written: String
  let oldest: String?
  let previous: String?
  let next: String?
  let shown: String
  var refresh: Int? { 60 }

  /// `search` is looked for in names, servers and states; `start` is the first row of the page.
  init(_ situation: Situation, search: String, from start: Int) {
    let report = situation.report
    (state, summary) = (StateWord(report.state), PluginText.clean(report.summary))
    tiles = [CheckState.critical, .unknown, .warning, .ok].map { state in
      Tile(
        state: StateWord(state),
        count: (report.items + report.others).filter { $0.state == state }.count)
    }
    self.search = search
    let found = report.byState.filter { Self.matches($0, search, situation) }
    let start = max(0, min(start, found.count))
    let page = found.dropFirst(start).prefix(Self.length)
    rows = page.map { Self.row($0, situation) }
    shown =
      found.isEmpty ? "no section" : "\(start + 1) to \(start + page.count) of \(found.count)"
    let query = search.isEmpty ? "" : "&q=\(PercentText.encode(search))"
    previous = start > 0 ? "?from=\(max(0, start - Self.length))\(query)" : nil
    next =
      start + page.count < found.count ? "?from=\(start + page.count)\(query)" : nil
    space = situation.facts.space.map { SpaceView($0, writtenByDay: situation.writtenByDay) }
    written = Self.plot(situation)
    oldest = situation.facts.sections.compactMap { facts in facts.age.map { ($0, facts.name) } }
      .max { $0.0 < $1.0 }.map { "\($0.1), \(TimeSpan(seconds: max(0, $0.0))) ago" }
  }

  private static func matches(_ item: Report.Item, _ search: String, _ situation: Situation) -> Bool
  {
    guard !search.isEmpty else { return true }
    let word = search.lowercased()
    return [item.name, situation.facts(item.name)?.server ?? "", item.state.name]
      .contains { $0.lowercased().contains(word) }
  }

  private static func row(_ item: Report.Item, _ situation: Situation) -> Row {
    let facts = situation.facts(item.name)
    return Row(
      name: item.name, isSection: facts != nil,
      server: facts.flatMap { $0.server.isEmpty ? nil : $0.server },
      state: StateWord(item.state), text: PluginText.clean(item.text, limit: 300),
      age: facts?.age.map { "\(TimeSpan(seconds: max(0, $0)))" } ?? "-",
      size: facts?.lastGood?.bytes.map { "\(ByteCount($0))" } ?? "-",
      calendar: CalendarStrip(situation.days[item.name] ?? [:], situation.calendar).svg)
  }

  private static func plot(_ situation: Situation) -> String {
    let bars = zip(situation.calendar, situation.writtenByDay).map { day, bytes in
      BarPlot.Bar(value: Double(bytes), words: "\(day): \(ByteCount(bytes))")
    }
    return BarPlot.svg(bars, label: "Stored anew each day") { "\(ByteCount(Int64($0)))" }
  }

  static let template = PageTemplate(
    name: "overview",
    text: """
      {{#page}}<h1><span class="state {{state.css}}">{{state.word}}</span> {{summary}}</h1>
      <ul class="tiles" aria-label="States">{{#tiles}}
      <li class="tile {{state.css}}"><a href="?q={{state.word}}"><b>{{count}}</b> {{state.word}}</a></li>{{/tiles}}
      </ul>
      <form class="search" method="get" action="{{prefix}}/"><label>Find <input name="q" type="search" value="{{search}}" placeholder="name, server or state"></label> <button>Find</button></form>
      <div class="wide"><table class="sections">
      <caption>Sections, worst first: {{shown}}</caption>
      <thead><tr><th scope="col">State<th scope="col">Section<th scope="col">Last 30 days<th scope="col">What<th scope="col">Age<th scope="col">Size</tr></thead>
      <tbody>{{#rows}}
      <tr><td><span class="state {{state.css}}">{{state.word}}</span><td>{{#isSection}}<a href="{{prefix}}/sections/{{name}}">{{name}}</a>{{/isSection}}{{^isSection}}{{name}}{{/isSection}}{{#server}}<small>{{.}}</small>{{/server}}<td>{{{calendar}}}<td>{{text}}<td class="number">{{age}}<td class="number">{{size}}</tr>{{/rows}}
      </tbody></table></div>
      <p class="pages">{{#previous}}<a rel="prev" href="{{.}}">Those before</a> {{/previous}}{{#next}}<a rel="next" href="{{.}}">Those after</a>{{/next}}</p>
      <section class="cards">
      {{#oldest}}<div class="card"><h2>Oldest last good backup</h2><p>{{.}}</p></div>{{/oldest}}
      {{#space}}<div class="card"><h2>Free space</h2>
      <p>{{free}}</p>{{#share}}<meter min="0" max="100" value="{{.}}" aria-label="used">{{.}}% used</meter>{{/share}}
      <p>{{trend}}</p></div>{{/space}}
      <div class="card plots"><h2>Trend</h2>{{{written}}}</div>
      </section>{{/page}}
      """)
}
