import BackupChecks
import Monitoring
import TISBackupCore

/// What is to be backed up: every section, when it last ran, when it is due, what is at work.
struct DuePage: Page {
  struct Row: Sendable {
    let name: String
    let server: String?
    let type: String
    let state: StateWord
    let last: String
    let due: String
    let css: String
    let running: String?
  }

  let title = "To be made"
  let rows: [Row]
  let working: Int
  /// Sections whose newest run failed; nil for none.
  let failed: Int?
  var refresh: Int? { working > 0 ? 3 : 60 }

  init(_ situation: Situation) {
    let rows = situation.facts.sections.map { Self.row($0, situation) }
    // What is at work first, then what is due the longest.
    self.rows = rows.sorted { $0.order < $1.order }.map(\.row)
    working = situation.facts.sections.count { $0.running != nil }
    let failed = situation.facts.sections.count {
      !$0.failures.isEmpty && !$0.isByDesignWithoutBackup && $0.running == nil
    }
    self.failed = failed > 0 ? failed : nil
  }

  private static func row(_ facts: SectionFacts, _ situation: Situation) -> (row: Row, order: Int) {
    let section = situation.configuration.sections.first { $0.name == facts.name }
    let hours = (try? section?.number(.maximumAge)) ?? nil
    let last = facts.lastGood.map { $0.end ?? $0.start }
    let left = last.flatMap { last in
      hours.map { $0 * 3600 - situation.now.seconds(since: last) }
    }
    let progress = situation.progress(of: facts.name)
    let (due, css) = due(facts, left)
    let row = Row(
      name: facts.name, server: facts.server.isEmpty ? nil : facts.server, type: facts.type,
      state: StateWord(situation.item(facts.name)?.state ?? .unknown),
      last: last?.displayText(in: situation.zone) ?? "never", due: due, css: css,
      running: progress)
    let order =
      facts.isByDesignWithoutBackup ? Int.max : progress != nil ? Int.min : left ?? Int.min + 1
    return (row, order)
  }

  private static func due(_ facts: SectionFacts, _ left: Int?) -> (String, String) {
    if facts.isByDesignWithoutBackup { return ("never, by design", "later") }
    if facts.problem != nil { return ("its ini is wrong", "overdue") }
    guard let left else { return (facts.lastGood == nil ? "now" : "no limit", "overdue") }
    return left < 0
      ? ("overdue since \(TimeSpan(seconds: -left))", "overdue")
      : ("within \(TimeSpan(seconds: left))", "later")
  }

  static let template = PageTemplate(
    name: "due",
    text: """
      {{#page}}<h1>To be made</h1>
      <p class="lead">{{working}} at work now</p>
      {{#failed}}<form method="post" action="{{prefix}}/retry"><input type="hidden" name="token" value="{{token}}">
      <button>Run what failed again ({{.}})</button></form>{{/failed}}
      <div class="wide"><table><caption>Every section of the ini</caption>
      <thead><tr><th scope="col">Section<th scope="col">State<th scope="col">Last good backup<th scope="col">Due<th scope="col">Now</tr></thead>
      <tbody>{{#rows}}
      <tr><td><a href="{{prefix}}/sections/{{name}}">{{name}}</a><small>{{type}}{{#server}} of {{.}}{{/server}}</small><td><span class="state {{state.css}}">{{state.word}}</span><td>{{last}}<td><span class="{{css}}">{{due}}</span><td>{{#running}}<span role="status">{{.}}</span>{{/running}}</tr>{{/rows}}
      </tbody></table></div>{{/page}}
      """)
}
