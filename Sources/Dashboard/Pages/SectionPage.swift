import BackupChecks
import Monitoring
import TISBackupCore

/// One section: what is known of it, its history, and what retention means to do.
struct SectionPage: Page {
  struct Run: Sendable {
    let start: String
    let state: StateWord
    let type: String
    let took: String
    let size: String
    let written: String
    let proof: String
    let pinned: Bool
    /// Its folder on the page, where there is something to look at.
    let files: String?
    /// Safe in a page; nil for a run that said nothing.
    let log: String?
  }

  struct Fate: Sendable {
    let name: String
    let action: String
    let css: String
    let reason: String
  }

  /// Runs that are listed on one page.
  static let length = 30

  let title: String
  let name: String
  let server: String?
  let type: String
  let description: String?
  let state: StateWord
  let text: String
  let running: String?
  let mayRun: Bool
  let plots: String
  let runs: [Run]
  let older: String?
  let fates: [Fate]
  let fateProblem: String?
  var refresh: Int? { running == nil ? nil : 3 }

  init(_ section: Section, _ situation: Situation, _ history: SectionHistoryView) {
    (title, name, server) = (section.name, section.name, section.text(.serverName))
    (type, description) = (section.typeName, section.text(.description))
    let item = situation.item(section.name)
    state = StateWord(item?.state ?? .unknown)
    text = PluginText.clean(item?.text ?? "nothing is known")
    running = situation.progress(of: section.name)
    mayRun =
      running == nil && item != nil && section.type?.isByDesignWithoutBackup != true
      && situation.configuration.errors(of: section).isEmpty
    plots = history.plots
    runs = history.runs
    older = history.older
    (fates, fateProblem) = (history.fates, history.fateProblem)
  }

  static let template = PageTemplate(
    name: "section",
    text: """
      {{#page}}<h1><span class="state {{state.css}}">{{state.word}}</span> {{name}}</h1>
      <p class="lead">{{text}}</p>
      <p>{{#description}}{{.}}. {{/description}}{{type}}{{#server}} of {{.}}{{/server}}</p>
      {{#running}}<p class="message running" role="status">{{.}}</p>{{/running}}
      {{#mayRun}}<form method="post" action="{{prefix}}/sections/{{name}}/run">
      <input type="hidden" name="token" value="{{token}}"><button>Back up now</button></form>{{/mayRun}}
      <section class="plots">{{{plots}}}</section>
      <div class="wide"><table><caption>Runs, newest first</caption>
      <thead><tr><th scope="col">Began<th scope="col">Status<th scope="col">Kind<th scope="col">Took<th scope="col">Size<th scope="col">New<th scope="col">Proof<th scope="col">Files and log</tr></thead>
      <tbody>{{#runs}}
      <tr><td>{{start}}<td><span class="state {{state.css}}">{{state.word}}</span>{{#pinned}} <small>pinned</small>{{/pinned}}<td>{{type}}<td class="number">{{took}}<td class="number">{{size}}<td class="number">{{written}}<td>{{proof}}<td>{{#files}}<a href="{{prefix}}{{.}}">Files</a> {{/files}}{{#log}}<details><summary>Log</summary><pre>{{{.}}}</pre></details>{{/log}}</tr>{{/runs}}
      </tbody></table></div>
      <p class="pages">{{#older}}<a rel="next" href="{{.}}">Older runs</a>{{/older}}</p>
      <h2>What the next cleanup does</h2>
      {{#fateProblem}}<p class="message">{{.}}</p>{{/fateProblem}}
      <div class="wide"><table><caption>Backups, and why they stay or go</caption>
      <thead><tr><th scope="col">Backup<th scope="col">Action<th scope="col">Why</tr></thead>
      <tbody>{{#fates}}
      <tr><td>{{name}}<td><span class="{{css}}">{{action}}</span><td>{{reason}}</tr>{{/fates}}
      </tbody></table></div>{{/page}}
      """)
}
